// Follows GOV.UK Frontend in the same module (see hatch_build.py), so initAll is at hand. Every page works without it.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
