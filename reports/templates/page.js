"use strict";
(() => {
  const form = document.getElementById("filters");
  const found = document.getElementById("found");
  const trials = Array.from(document.querySelectorAll("details.trial"));
  const choices = Array.from(form.querySelectorAll("select"));
  const filter = () => {
    let count = 0;
    for (const trial of trials) {
      const fits = choices.every((choice) => !choice.value || trial.dataset[choice.name] === choice.value);
      trial.hidden = !fits;
      count += fits ? 1 : 0;
    }
    found.textContent = `${count} of ${trials.length} shown`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  form.hidden = false;
  filter();
})();
