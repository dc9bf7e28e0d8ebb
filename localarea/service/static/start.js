import { initAll } from "./vendor/govuk-frontend.js";

// The style sheet shows some parts only where scripts run, and the components ask for this mark.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
