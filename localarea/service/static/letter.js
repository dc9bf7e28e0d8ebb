// The button that prints a letter is there only where scripts run; without them the browser's menu prints.
const button = document.getElementById("print");

button.hidden = false;
button.addEventListener("click", () => window.print());
