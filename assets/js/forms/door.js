// The page of one door: a visit is written down with the network or without.
import { keep } from "./kept.js";

const form = document.querySelector("form[data-kept]");
if (form) keep(form, JSON.parse(document.getElementById("form-words").textContent));
