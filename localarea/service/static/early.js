// Before the page is painted: whether scripts run, so that nothing jumps when they take over.
// Where they break off, the page is given back as it is without them.
document.documentElement.classList.add("la-scripted");
addEventListener("load", () => {
  const begun = document.body.classList.contains("govuk-frontend-supported");
  if (!begun || document.querySelector('[data-script="asked"]')) document.documentElement.classList.remove("la-scripted");
});
