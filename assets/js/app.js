// What every page loads. The core path of each page works without it.
import "htmx.org/dist/htmx.esm.js";
import "./copy.js";
import "./drafts.js";
import { forgetOnLeaving, keepLinked } from "./forms/keeping.js";
import { watch } from "./forms/sending.js";
import "./grid.js";
import "./islands.js";
import "./keyboard.js";
import "./live.js";
import "./panels.js";
import "./photos.js";
import "./place.js";
import "./print.js";
import "./steppers.js";
import "./theme.js";

document.documentElement.classList.add("js");
document.querySelector("[data-summary]")?.focus();
watch();
keepLinked();
forgetOnLeaving();
