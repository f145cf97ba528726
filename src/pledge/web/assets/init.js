// Follows GOV.UK Frontend in the same module (see hatch_build.py), so initAll is at hand. Every page works without it.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// Nothing typed is lost without a word: leaving a page whose form has something unsent asks first.
let sent = false;
document.querySelectorAll("form[data-unsaved]").forEach((form) => {
  form.addEventListener("input", () => {
    form.dataset.unsaved = "yes";
  });
  form.addEventListener("submit", () => {
    sent = true;
  });
});
window.addEventListener("beforeunload", (event) => {
  if (!sent && document.querySelector('form[data-unsaved="yes"]')) event.preventDefault();
});
// Back to a page that was sent: show what was saved since, not the page as it was kept.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && sent) window.location.reload();
});
// What was done is said once: after Back or a reload it may not be so any more.
const address = new URL(window.location.href);
if (address.searchParams.has("notice")) {
  address.searchParams.delete("notice");
  window.history.replaceState(null, "", address);
}
// On paper all of a report is open, in browsers too whose styles cannot open it, and as it was afterwards.
let printed = [];
window.addEventListener("beforeprint", () => {
  printed = [...document.querySelectorAll(".pledge-report details:not([open])")];
  printed.forEach((each) => (each.open = true));
});
window.addEventListener("afterprint", () => printed.splice(0).forEach((each) => (each.open = false)));
