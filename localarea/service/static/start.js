import { initAll } from "./vendor/govuk-frontend.js";

// The style sheet shows some parts only where scripts run, and the components ask for this mark.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// Long parts are folded where the window is narrow, and unfolded on paper and wherever it is wide.
const narrow = matchMedia("(max-width: 40em)");
const long = document.querySelectorAll("details.la-long");
function fold() {
  for (const part of long) part.open = !narrow.matches || part.matches(":has(:target)");
}
fold();
narrow.addEventListener("change", fold);
addEventListener("beforeprint", () => {
  for (const part of long) part.open = true;
});
addEventListener("afterprint", fold);
