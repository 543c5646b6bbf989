"use strict";
// The page holds its entries as data and shows those that the filter lets through, some at a
// time. All markup comes from the program that wrote the page, escaped; a text is only ever
// set as text.
(() => {
  const step = 100;
  const element = (id) => document.getElementById(id);
  const data = JSON.parse(element("data").textContent);
  const [list, form, count, moreButton] = [element("entries"), element("filter"), element("count"), element("more")];
  const prototype = element("prototype").content.firstElementChild;
  const boxes = [...form.querySelectorAll("fieldset")].map((set) => [...set.querySelectorAll("input")]);
  const valuesOf = (entry) => entry.values.map((v, f) => data.facets[f].values[v]);
  const texts = data.entries.map((e) => [e.title, e.text, ...valuesOf(e)].join("\n").toLowerCase());
  let matches = [];
  let shown = 0;

  // filter finds the entries with every word of the text and, for each facet with a ticked
  // box, one of the ticked values.
  function filter() {
    const words = element("text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const ticked = boxes.map((set) => set.map((box) => box.checked));
    const open = ticked.map((set) => !set.includes(true));
    matches = [];
    data.entries.forEach((entry, i) => {
      if (entry.values.every((v, f) => open[f] || ticked[f][v]) && words.every((word) => texts[i].includes(word))) {
        matches.push(i);
      }
    });
    list.replaceChildren();
    shown = 0;
    show(step);
  }

  // show makes elements of the next entries and returns the first of them.
  function show(some) {
    const next = matches.slice(shown, shown + some).map(newEntry);
    list.append(...next);
    shown += next.length;
    const all = `${matches.length} of ${data.entries.length} ${data.noun}s`;
    count.textContent = shown < matches.length ? `${all}, the first ${shown} shown` : all;
    moreButton.hidden = shown === matches.length;
    return next[0];
  }

  function newEntry(i) {
    const entry = data.entries[i];
    const item = prototype.cloneNode(true);
    const details = item.firstElementChild;
    details.classList.add(entry.tone);
    details.dataset.entry = i;
    const slots = details.querySelectorAll(".value");
    valuesOf(entry).forEach((value, f) => { slots[f].textContent = value; });
    details.querySelector(".title").textContent = entry.title;
    details.querySelector(".text").textContent = entry.text;
    return item;
  }

  // fill gives an entry its blocks when it is first opened.
  function fill(details) {
    const blocks = details.querySelector(".blocks");
    if (details.dataset.entry !== undefined && !blocks.hasChildNodes()) {
      blocks.innerHTML = data.entries[details.dataset.entry].blocks.map((b) => data.blocks[b]).join("");
    }
  }

  // choose sets the filter to the values of a link such as #status=401&outcome=fail.
  function choose(query) {
    form.reset();
    for (const [name, value] of new URLSearchParams(query)) {
      for (const box of boxes.flat()) {
        if (box.name === name && box.value === value) box.checked = true;
      }
    }
    filter();
  }

  async function copy(button) {
    const code = button.parentElement.querySelector("code");
    getSelection().selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // Without a secure context there is no clipboard object, but the selection can be copied.
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    count.textContent = "Copied the command";
  }

  // An opened entry can be filled before its toggle event, which comes late for a printer.
  function open(details) {
    fill(details);
    details.open = true;
  }

  let openedToPrint = [];
  addEventListener("beforeprint", () => {
    const bad = matches.filter((i) => data.entries[i].tone === "bad").length;
    if (bad > shown) show(bad - shown);
    openedToPrint = [...list.querySelectorAll("details.bad:not([open])")];
    openedToPrint.forEach(open);
  });
  addEventListener("afterprint", () => openedToPrint.forEach((details) => { details.open = false; }));

  list.addEventListener("toggle", (event) => fill(event.target), true);
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  element("clear").addEventListener("click", () => choose(""));
  moreButton.addEventListener("click", () => show(step).querySelector("summary").focus());
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href*="="]');
    if (link) {
      event.preventDefault();
      choose(link.getAttribute("href").slice(1));
      element("entries-title").focus();
    }
    const button = event.target.closest("button.copy");
    if (button) copy(button);
  });

  const themes = ["system", "light", "dark"];
  element("theme").addEventListener("click", ({ target }) => {
    const root = document.documentElement;
    root.dataset.theme = themes[(themes.indexOf(root.dataset.theme ?? "system") + 1) % themes.length];
    target.textContent = `Theme: ${root.dataset.theme}`;
  });

  document.documentElement.classList.add("with-script");
  choose(location.hash.slice(1));
})();
