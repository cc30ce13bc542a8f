"use strict";
(() => {
  // Transcripts: data in the page, drawn by the same script as in a report.
  for (const place of document.querySelectorAll("[data-entry]")) {
    const entry = JSON.parse(document.getElementById(place.dataset.entry).textContent);
    const drawn = Transcript.render(entry);
    if (!entry.reason) drawn.querySelector("p").remove();
    for (const details of drawn.querySelectorAll("details")) details.open = details.querySelector("mark") !== null;
    for (const heading of drawn.querySelectorAll("h4")) {
      const fitting = Transcript.make(`h${place.dataset.level}`, heading.textContent, "turn");
      heading.replaceWith(fitting);
    }
    place.replaceChildren(drawn);
    Transcript.toEvidence(drawn);
  }

  // What changes while a run goes on is asked for again, unless somebody is at work in it.
  for (const part of document.querySelectorAll("[data-fresh]")) {
    const again = async () => {
      const busy = document.hidden || part.contains(document.activeElement) || part.querySelector("input:checked");
      if (!busy) {
        try {
          const answer = await fetch(part.dataset.fresh, { headers: { Accept: "text/html" } });
          if (answer.ok) {
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            const fresh = page.getElementById(part.id) ?? page.body;
            part.replaceChildren(...Array.from(fresh.childNodes, (node) => document.adoptNode(node)));
            part.classList.remove("lost");
          }
        } catch {
          part.classList.add("lost"); // the viewer has been stopped
        }
      }
      setTimeout(again, 1000 * Number(part.dataset.seconds));
    };
    setTimeout(again, 1000 * Number(part.dataset.seconds));
  }
  const reading = document.querySelector("[data-again]");
  if (reading) setTimeout(() => location.reload(), 2000);

  // A choice is a question: no need for the button.
  for (const form of document.querySelectorAll("form.filters")) {
    form.addEventListener("change", (event) => { if (event.target.type !== "search") form.requestSubmit(); });
    // What is not chosen stays out of the address.
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of Array.from(event.formData)) {
        if (value === "" || (name === "sort" && value === "asked")) event.formData.delete(name);
      }
    });
  }

  // Keys.
  const rows = () => Array.from(document.querySelectorAll("table.trials tbody a, table.runs tbody th a"))
    .filter((link) => link.closest("th"));
  const step = (by) => {
    const links = rows();
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = links[Math.min(links.length - 1, Math.max(0, at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  let marked = -1;
  const nextMark = () => {
    const marks = document.querySelectorAll(".transcript pre mark");
    if (!marks.length) return;
    marked = (marked + 1) % marks.length;
    marks[marked].scrollIntoView({ block: "center" });
    for (const mark of marks) mark.classList.toggle("here", mark === marks[marked]);
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=radio], [type=checkbox]), select, textarea");
    if (event.key === "Escape" && typing) event.target.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const meant = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (meant) {
      if (meant.matches("textarea")) meant.focus();
      else meant.click();
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "n") document.querySelector(".pager a[rel=next]")?.click();
    else if (event.key === "p") document.querySelector(".pager a[rel=prev]")?.click();
    else if (event.key === "e") nextMark();
    else if (event.key === "/") document.getElementById("search")?.focus();
    else return;
    event.preventDefault();
  });
})();
