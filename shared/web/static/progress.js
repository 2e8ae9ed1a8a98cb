// Moves the counter gently when the ledger tells of new figures; without it the page reads the same, only still.
"use strict";
const NAMES = ["promised", "received", "converted", "to_convert", "disbursed"];
const ANNOUNCE_EVERY_MS = 15000; // a screen reader hears a summary, not each receipt
const money = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });
const euros = (minor) => money.format(minor / 100);
const plain = (text) => text.replace(/\s/g, " "); // browsers differ in which no-break space they write
let announcedAt = 0;
let shown = null; // the amount received that the page shows; its first news is what the server drew already

function write(selector, text) {
  for (const element of document.querySelectorAll(selector)) {
    if (plain(element.textContent) === plain(text)) continue;
    element.textContent = text;
    element.classList.remove("moved");
    void element.offsetWidth; // restarts the animation
    element.classList.add("moved");
  }
}

async function moveScale(progress) {
  const scale = document.querySelector("[data-scale]");
  if (!scale) return;
  const amounts = { ...progress, milestone_minor: Number(scale.dataset.milestone) };
  if (Math.max(progress.received_minor, progress.promised_minor) >= amounts.milestone_minor) {
    const page = await (await fetch(location.href)).text(); // a milestone is passed: the server draws the next scale
    scale.replaceWith(new DOMParser().parseFromString(page, "text/html").querySelector("[data-scale]"));
    return;
  }
  for (const bar of scale.querySelectorAll("[data-bar]")) {
    const length = (100 * amounts[`${bar.dataset.bar}_minor`]) / amounts[`${bar.dataset.of}_minor`];
    bar.setAttribute(bar.dataset.edge || "width", `${Math.min(100, Math.max(0, length))}%`);
  }
  const ratio = progress.received_minor / progress.target_minor;
  const digits = { maximumSignificantDigits: ratio >= 0.1 ? 3 : 2, roundingMode: "floor" };
  write('[data-figure="share"]', new Intl.NumberFormat("fr-FR", { style: "percent", ...digits }).format(ratio));
}

function moveTerritory(territory, levels) {
  const code = CSS.escape(territory.code);
  const its = `[data-territory="${code}"]`;
  for (const name of NAMES) write(`[data-figure="${name}"]${its}`, euros(territory[`${name}_minor`]));
  const tile = document.querySelector(`[data-tile="${code}"]`);
  if (!tile) return;
  tile.dataset.level = levels.filter((lower) => territory.received_minor >= lower).length - 1;
  tile.querySelector("title").textContent = `${territory.name}\u00a0: ${euros(territory.received_minor)} reçus`;
}

function announce(progress) {
  const isNews = shown !== null && shown !== progress.received_minor;
  if (isNews && Date.now() - announcedAt < ANNOUNCE_EVERY_MS) return; // told with the next news
  shown = progress.received_minor;
  if (!isNews) return;
  announcedAt = Date.now();
  write("[data-live]", `Les chiffres viennent de bouger\u00a0: ${euros(progress.received_minor)} reçus en tout.`);
}

new EventSource("/api/ledger/progress/events").addEventListener("progress", (event) => {
  const progress = JSON.parse(event.data);
  const levels = JSON.parse(document.querySelector("[data-levels]").dataset.levels);
  for (const name of NAMES) write(`[data-figure="${name}"]:not([data-territory])`, euros(progress[`${name}_minor`]));
  if (progress.received_proved_on) {
    const day = new Date(progress.received_proved_on).toLocaleDateString("fr-FR", { dateStyle: "long", timeZone: "UTC" });
    write('[data-figure="received_proved_on"]', day.replace(/^1 /, "1er "));
  }
  for (const territory of progress.territories) moveTerritory(territory, levels);
  moveScale(progress);
  announce(progress);
});
