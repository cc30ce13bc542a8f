"use strict";
(() => {
  const PAGE = 50;
  const CHUNK = 0, PLACE = 1, FLAGS = 6, TITLE = 7;
  const COLUMN = { model: 2, puzzle: 3, arm: 4, label: 5, flag: FLAGS };
  const section = document.getElementById("transcripts");
  const status = document.getElementById("found");
  const list = document.getElementById("trials");
  const more = document.getElementById("more");
  const form = document.getElementById("filters");
  const chunks = section.querySelectorAll("script.chunk");
  const unpacked = new Map();

  const unpack = async (element) => {
    const bytes = Uint8Array.from(atob(element.textContent.trim()), (char) => char.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(plain).text());
  };
  const chunk = (number) => {
    if (!unpacked.has(number)) unpacked.set(number, unpack(chunks[number]));
    return unpacked.get(number);
  };
  const make = (tag, text, name) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return element;
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
  const body = (trial) => {
    const inside = make("div", undefined, "inside");
    inside.append(make("p", trial.reason + (trial.sure ? "" : " (not sure)")));
    const numbers = make("dl");
    for (const [name, value] of trial.numbers) {
      const pair = make("div");
      pair.append(make("dt", name), make("dd", value));
      numbers.append(pair);
    }
    inside.append(numbers);
    for (const [shows, place, words] of trial.quotes) {
      inside.append(make("p", `${shows} (${place})`, "faint"), make("blockquote", words));
    }
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

  const start = async () => {
    const index = await unpack(document.getElementById("index"));
    const values = {};
    for (const choice of form.querySelectorAll("select")) {
      values[choice.name] = Array.from(choice.options, (option) => option.value).slice(1);
    }
    const swatches = {};
    for (const item of document.querySelectorAll("#swatches > [data-label]")) swatches[item.dataset.label] = item;
    let fitting = index;
    let drawn = 0;

    const row = (line) => {
      const details = make("details", undefined, "trial");
      const summary = make("summary");
      const label = make("span", undefined, "label");
      const name = values.label[line[COLUMN.label]];
      if (swatches[name]) label.append(swatches[name].firstElementChild.cloneNode(true));
      label.append(name);
      summary.append(label, " ", make("strong", values.model[line[COLUMN.model]]));
      summary.append(` ${line[TITLE]} · ${values.arm[line[COLUMN.arm]]}`);
      details.append(summary);
      details.addEventListener("toggle", async () => {
        if (!details.open || details.dataset.filled) return;
        details.dataset.filled = "yes";
        details.append(body((await chunk(line[CHUNK]))[line[PLACE]]));
      });
      return details;
    };
    const draw = () => {
      const next = fitting.slice(drawn, drawn + PAGE).map(row);
      list.append(...next);
      drawn += next.length;
      more.hidden = drawn >= fitting.length;
      status.textContent = `${fitting.length.toLocaleString("en")} of ${index.length.toLocaleString("en")} trials` +
        (drawn < fitting.length ? `, the first ${drawn} of them below` : "");
      return next[0];
    };
    const filter = () => {
      const chosen = Array.from(form.querySelectorAll("select"), (choice) => [COLUMN[choice.name], choice.selectedIndex - 1])
        .filter(([, value]) => value >= 0);
      fitting = index.filter((line) => chosen.every(([column, value]) =>
        column === FLAGS ? line[FLAGS].includes(value) : line[column] === value));
      list.replaceChildren();
      drawn = 0;
      draw();
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    more.addEventListener("click", () => draw()?.querySelector("summary").focus());
    form.hidden = false;
    filter();
  };
  if (typeof DecompressionStream === "undefined") {
    status.textContent = "This browser is too old to unpack the transcripts; `cantwont show RUN TRIAL` shows one in a terminal.";
  } else {
    start().catch((error) => { status.textContent = `The transcripts cannot be unpacked: ${error.message}`; });
  }
})();
