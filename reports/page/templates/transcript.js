"use strict";
// Draws one transcript: the object that `reports.page.transcripts.entry` makes, as an element.
// eslint-disable-next-line no-unused-vars -- used by the script that stands behind it
const Transcript = (() => {
  const make = (tag, text, name) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
  };
  const button = (text, action) => {
    const made = make("button", text);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  };
  const block = (pieces) => {
    const pre = make("pre");
    pre.tabIndex = 0;
    for (const piece of pieces) {
      if (typeof piece === "string") pre.append(piece);
      else if (piece.length === 1) pre.append(make("span", `… ${piece[0]} characters left out …`, "gap"));
      else {
        const mark = make("mark", piece[0]);
        mark.append(make("sup", piece[1]));
        pre.append(mark);
      }
    }
    return pre;
  };
  const folded = (title, pieces) => {
    const details = make("details");
    details.append(make("summary", title, "faint"), block(pieces));
    return details;
  };
  // Scrolls each block of text to its first mark, and no more than that: the page stays where it is.
  const toEvidence = (element) => {
    for (const pre of element.querySelectorAll("pre")) {
      const mark = pre.querySelector("mark");
      if (!mark || pre.scrollHeight <= pre.clientHeight) continue;
      const offset = mark.getBoundingClientRect().top - pre.getBoundingClientRect().top;
      pre.scrollTop += offset - pre.clientHeight / 3;
    }
  };
  const evidence = (inside, [shows, place, before, words, after]) => {
    const quote = make("blockquote");
    quote.append(before, make("mark", words), after);
    inside.append(make("p", `${shows} (${place})`, "faint"), quote);
  };
  const render = (trial) => {
    const inside = make("div", undefined, "inside");
    inside.append(make("p", trial.reason + (trial.sure ? "" : " (not sure)")));
    const numbers = make("dl");
    for (const [name, value] of trial.numbers) {
      const pair = make("div");
      pair.append(make("dt", name), make("dd", value));
      numbers.append(pair);
    }
    inside.append(numbers);
    for (const quote of trial.quotes) evidence(inside, quote);
    for (const turn of trial.turns) {
      inside.append(make("h4", turn.head));
      if (turn.asked.length) inside.append(folded("What was asked", turn.asked));
      if (turn.thinking.length) inside.append(folded("Thinking", turn.thinking));
      inside.append(make("p", `Answer: ${turn.length} characters`, "faint"), block(turn.answer));
    }
    if (!trial.turns.length) inside.append(make("p", "No answer is recorded.", "faint"));
    for (const [head, pieces] of trial.ran) inside.append(make("h4", head), block(pieces));
    return inside;
  };
  return { button, make, render, toEvidence };
})();
