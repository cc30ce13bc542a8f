"use strict";
(() => {
  const { button, make, render, toEvidence } = Transcript;

  // Opens what is folded around an element, so that it can be seen.
  const unfold = (element) => {
    for (let at = element; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    const own = element.matches("summary *") ? element.closest("details") : null;
    if (own) own.open = true;
  };

  // In print everything stands open, but for the transcripts, of which those that are open are printed.
  const shut = () => document.querySelectorAll("details:not([open]):not(.trial):not(.trial details)");
  let opened = [];
  window.addEventListener("beforeprint", () => { opened = [...shut()]; for (const one of opened) one.open = true; });
  window.addEventListener("afterprint", () => { for (const one of opened) one.open = false; opened = []; });

  // --- tables: sorted by a column, filtered by words, saved as CSV

  const value = (cell) => {
    const text = cell.textContent.trim();
    const found = text.replace(/,(?=\d{3})/g, "").match(/[-+]?\d+(\.\d+)?/);
    return { text, number: found ? Number(found[0]) : null };
  };
  const compare = (numeric) => (a, b) => {
    if (!numeric) return a.text.localeCompare(b.text, "en", { numeric: true });
    return (a.number === null) - (b.number === null) || (a.number ?? 0) - (b.number ?? 0);
  };
  const sortable = (table) => {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const sort = button(head.textContent, () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const numeric = head.classList.contains("number");
        const by = compare(numeric);
        const rows = [...body.rows].map((row) => ({ row, key: value(row.cells[column]) }));
        const known = (one) => !numeric || one.key.number !== null;
        const sorted = rows.filter(known).sort((a, b) => (down ? -1 : 1) * by(a.key, b.key));
        body.append(...[...sorted, ...rows.filter((one) => !known(one))].map((one) => one.row));
      });
      head.replaceChildren(sort);
    });
  };
  const cell = (text) => {
    const plain = /^[-+]?[\d,.]+( %)?$/.test(text);
    return `"${(/^\s*[=+\-@\t\r]/.test(text) && !plain ? "'" : "") + text.replaceAll('"', '""')}"`;
  };
  const saved = (table) => {
    const rows = [...table.rows].filter((row) => !row.hidden);
    const lines = rows.map((row) => [...row.cells].map((one) => cell(one.textContent.trim())).join(","));
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
    link.download = `${(table.dataset.name || "table").replace(/[^\w-]+/g, "-").toLowerCase()}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const tools = (table) => {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 3 || table.closest(".matrix")) return;
    sortable(table);
    const bar = make("div", undefined, "tools");
    if (rows.length > 8) {
      const count = make("output");
      const search = make("input");
      search.type = "search";
      search.placeholder = "filter rows";
      search.setAttribute("aria-label", `Filter the rows of ${table.dataset.name || "this table"}`);
      search.addEventListener("input", () => {
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        let shown = 0;
        for (const row of rows) {
          const text = row.textContent.toLowerCase();
          row.hidden = !words.every((word) => text.includes(word));
          shown += !row.hidden;
        }
        count.textContent = words.length ? `${shown} of ${rows.length} rows` : "";
      });
      bar.append(search, count);
    }
    bar.append(button("Save as CSV", () => saved(table)));
    table.closest(".wide").before(bar);
  };
  // Of a table that is folded away, only when it is opened: there are many.
  for (const table of document.querySelectorAll(".wide > table:not(.matrix)")) {
    const around = table.closest("details:not(.fold)");
    if (around) around.addEventListener("toggle", () => tools(table), { once: true });
    else tools(table);
  }

  // --- where one is

  const go = (name) => {
    const target = document.getElementById(name);
    if (!target) return false;
    unfold(target);
    target.scrollIntoView();
    return true;
  };
  const links = new Map([...document.querySelectorAll("#contents a")].map((link) => [link.hash.slice(1), link]));
  const heads = [...links.keys()].map((name) => document.getElementById(name)).filter(Boolean);
  let waiting = false;
  const here = () => {
    waiting = false;
    const above = heads.filter((head) => head.getClientRects().length && head.getBoundingClientRect().top < 90);
    const current = above.reduce((last, head) => (!last || head.compareDocumentPosition(last) & 2 ? head : last), null);
    for (const [name, link] of links) {
      if (name === current?.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  window.addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(here);
    waiting = true;
  }, { passive: true });

  // --- transcripts

  const PAGE = 20;
  const CHUNK = 0, PLACE = 1, FLAGS = 10, STEPS = 11, REPEAT = 12, SURE = 13, INSTANCE = 14, ID = 15;
  const COLUMN = { model: 2, puzzle: 3, arm: 4, size: 5, ending: 6, label: 7, sure: 8, run: 9, flag: FLAGS };
  const section = document.getElementById("transcripts")?.closest("section");
  const packed = document.getElementById("packed");

  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text.trim()), (char) => char.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(plain).text());
  };
  // The packed texts: within this page, or in files beside it, each of which calls `cantwontPacked`.
  const files = new Map();
  const arrived = new Map();
  window.cantwontPacked = (name, texts) => arrived.set(String(name), texts);
  const file = (name) => {
    if (!files.has(name)) {
      files.set(name, new Promise((done, failed) => {
        const script = make("script");
        script.src = `${packed.dataset.folder}/${name}.js`;
        script.addEventListener("load", () => done(arrived.get(name === "index" ? name : String(Number(name)))));
        script.addEventListener("error", () => failed(new Error(`${script.src} is missing`)));
        document.head.append(script);
      }));
    }
    return files.get(name);
  };
  const within = packed ? [] : [...document.querySelectorAll("script.chunk")];
  const text = async (number) => {
    if (!packed) return within[number].textContent;
    const together = Number(packed.dataset.together);
    const found = await file(String(Math.floor(number / together)).padStart(3, "0"));
    return found[number % together];
  };
  const unpacked = new Map();
  const chunk = (number) => {
    if (!unpacked.has(number)) unpacked.set(number, text(number).then(unpack));
    return unpacked.get(number);
  };

  const start = async () => {
    const status = document.getElementById("found");
    const list = document.getElementById("trials");
    const more = document.getElementById("more");
    const form = document.getElementById("filters");
    const index = await unpack(packed ? (await file("index"))[0] : document.getElementById("index").textContent);
    const choices = [...form.querySelectorAll("select")].filter((choice) => choice.name in COLUMN);
    const values = {};
    for (const choice of choices) {
      values[choice.name] = Array.from(choice.options, (option) => option.value).slice(1);
    }
    const swatches = {};
    for (const item of document.querySelectorAll("#swatches > [data-label]")) swatches[item.dataset.label] = item;
    const texts = new Map();
    const several = (name) => (values[name]?.length ?? 0) > 1;
    let fitting = index;
    let drawn = 0;
    let round = 0;

    const title = (line) => {
      const steps = line[STEPS] === null ? "no solution" : `${line[STEPS].toLocaleString("en")} steps`;
      const repeat = line[REPEAT] || repeated.has(line[INSTANCE]) ? `, repeat ${line[REPEAT] + 1}` : "";
      const run = several("run") && line[COLUMN.run] >= 0 ? ` · ${values.run[line[COLUMN.run]]}` : "";
      return ` ${line[INSTANCE]} (${steps}${repeat}) · ${values.arm[line[COLUMN.arm]]}${run}`;
    };
    const repeated = new Set(index.filter((line) => line[REPEAT]).map((line) => line[INSTANCE]));

    const name = (line) => `trial-${line[ID]}`;
    const fill = async (details, line) => {
      if (details.dataset.filled) return;
      details.dataset.filled = "yes";
      const inside = render((await chunk(line[CHUNK]))[line[PLACE]]);
      const bar = make("div", undefined, "tools");
      const link = make("a", "Link to this trial");
      link.href = `#${name(line)}`;
      bar.append(button("Previous (k)", () => step(details, -1)), button("Next (j)", () => step(details, 1)), link);
      inside.prepend(bar);
      details.append(inside);
      toEvidence(inside);
    };
    const row = (line) => {
      const details = make("details", undefined, "trial");
      details.id = name(line);
      const summary = make("summary");
      const label = make("span", undefined, "label");
      const called = values.label[line[COLUMN.label]];
      if (swatches[called]) label.append(swatches[called].firstElementChild.cloneNode(true));
      label.append(called + (line[COLUMN.sure] === values.sure?.indexOf("not sure") ? " (not sure)" : ""));
      summary.append(label, " ", make("strong", values.model[line[COLUMN.model]]), title(line));
      details.append(summary);
      details.line = line;
      details.addEventListener("toggle", () => { if (details.open) fill(details, line); });
      return details;
    };
    const tell = (told) => {
      status.textContent = told ?? `${fitting.length.toLocaleString("en")} of ${index.length.toLocaleString("en")} trials` +
        (drawn < fitting.length ? `, the first ${drawn} of them below` : "");
    };
    const draw = () => {
      const next = fitting.slice(drawn, drawn + PAGE).map(row);
      list.append(...next);
      drawn += next.length;
      more.hidden = drawn >= fitting.length;
      tell();
      return next[0];
    };
    const show = async (details) => {
      for (const other of list.querySelectorAll("details.trial[open]")) if (other !== details) other.open = false;
      details.open = true;
      await fill(details, details.line);
      details.scrollIntoView();
      toEvidence(details);
      details.querySelector("summary").focus({ preventScroll: true });
      history.replaceState(null, "", `#${details.id}`);
    };
    const step = (details, by) => {
      const next = details ? (by > 0 ? details.nextElementSibling ?? draw() : details.previousElementSibling) : list.firstElementChild;
      if (next) show(next);
    };
    const ordered = (lines) => {
      const length = (line) => line[STEPS] ?? 0;
      const by = {
        short: (a, b) => length(a) - length(b),
        long: (a, b) => length(b) - length(a),
        unsure: (a, b) => a[SURE] - b[SURE],
      }[form.elements.sort.value];
      return by ? [...lines].sort(by) : lines;
    };
    // Searched chunk by chunk, so that the page answers meanwhile; a newer search ends an older one.
    const search = async (words, lines, mine) => {
      const found = [];
      for (const [at, line] of lines.entries()) {
        if (!texts.has(line)) {
          const trial = (await chunk(line[CHUNK]))[line[PLACE]];
          texts.set(line, `${line[ID]} ${line[INSTANCE]} ${JSON.stringify(trial)}`.toLowerCase());
        }
        if (mine !== round) return null;
        if (texts.get(line).includes(words)) found.push(line);
        if (at % 500 === 499) {
          tell(`searching: ${at + 1} of ${lines.length} trials`);
          await new Promise((done) => { setTimeout(done); });
        }
      }
      return found;
    };
    const filter = async () => {
      const mine = ++round;
      const chosen = choices.map((choice) => [COLUMN[choice.name], choice.selectedIndex - 1]).filter(([, at]) => at >= 0);
      let lines = index.filter((line) => chosen.every(([column, at]) =>
        column === FLAGS ? line[FLAGS].includes(at) : line[column] === at));
      const words = JSON.stringify(form.elements.text.value.trim().toLowerCase()).slice(1, -1);
      if (words) lines = await search(words, lines, mine);
      if (!lines || mine !== round) return;
      fitting = ordered(lines);
      list.replaceChildren();
      drawn = 0;
      draw();
    };
    // `#trials?model=…&ending=stopped` filters, `#trial-ID` opens one.
    const follow = async () => {
      const hash = location.hash.slice(1);
      if (hash.startsWith("trials?")) {
        const wanted = new URLSearchParams(hash.slice("trials?".length));
        form.elements.text.value = wanted.get("text") ?? "";
        for (const choice of choices) {
          const at = (values[choice.name] ?? []).indexOf(wanted.get(choice.name) ?? "");
          choice.selectedIndex = at + 1;
        }
        await filter();
        section.querySelector("h2").scrollIntoView();
      } else if (hash.startsWith("trial-")) {
        const wanted = decodeURIComponent(hash);
        const at = () => fitting.findIndex((line) => name(line) === wanted);
        if (at() < 0) {
          form.reset();
          await filter();
        }
        const place = at();
        if (place < 0) { tell(`There is no trial ${wanted.slice("trial-".length)} on this page.`); section.scrollIntoView(); return; }
        while (drawn <= place) draw();
        await show(list.children[place]);
      } else if (hash) go(decodeURIComponent(hash));
    };
    let typing = 0;
    form.addEventListener("input", (event) => {
      clearTimeout(typing);
      typing = setTimeout(filter, event.target.name === "text" ? 250 : 0);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    more.addEventListener("click", () => draw()?.querySelector("summary").focus());
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
      const current = event.target.closest?.(".trial") ?? list.querySelector("details.trial[open]");
      if (event.key === "j") step(current, 1);
      else if (event.key === "k" && current) step(current, -1);
      else if (event.key === "/") { event.preventDefault(); form.elements.text.focus(); }
    });
    window.addEventListener("hashchange", follow);
    form.hidden = false;
    await filter();
    await follow();
  };
  if (!section) {
    window.addEventListener("hashchange", () => go(decodeURIComponent(location.hash.slice(1))));
    if (location.hash) go(decodeURIComponent(location.hash.slice(1)));
    return;
  }
  if (typeof DecompressionStream === "undefined") {
    document.getElementById("found").textContent = "This browser is too old to unpack the transcripts; `cantwont show RUN TRIAL` shows one in a terminal.";
  } else {
    start().catch((error) => { document.getElementById("found").textContent = `The transcripts cannot be unpacked: ${error.message}`; });
  }
})();
