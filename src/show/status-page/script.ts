/** Runs in the page: finds hosts. Without it the page shows all of them. */
export const script = `
"use strict";
const search = document.querySelector("#search");
const trouble = document.querySelector("#trouble");
const count = document.querySelector("#count");
const hosts = [...document.querySelectorAll("tbody[data-find]")];
function show() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const host of hosts) {
    const fits = words.every(word => host.dataset.find.includes(word)) && (!trouble.checked || host.dataset.trouble === "yes");
    host.hidden = !fits;
    if (fits) shown++;
  }
  count.textContent = shown + " of " + hosts.length + " hosts";
}
search.addEventListener("input", show);
trouble.addEventListener("change", show);
document.addEventListener("keydown", event => {
  const isTyping = event.target instanceof HTMLInputElement;
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) { event.preventDefault(); search.focus(); }
  if (event.key === "Escape" && event.target === search) { search.value = ""; show(); }
});
document.querySelector(".find").hidden = false;
show();
`
