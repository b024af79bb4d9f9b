// ODK's own form engine as a page: the whole of XLSForm, in ODK's looks and without a queue. What the desk's own pages cannot
// ask is asked here. The form and the lists that it chooses from come with the page, so nothing is fetched.
import { OdkWebForm, webFormsPlugin } from "@getodk/web-forms";
import { createApp, h } from "vue";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const place = document.getElementById("engine");
const { xml, files } = read("engine-form");
const words = read("engine-words");

const attached = async (url) => {
  const content = files[String(url).split("/").pop()];
  return new Response(content ?? "", { status: content === undefined ? 404 : 200, headers: { "Content-Type": "text/csv" } });
};

let sent = false;
const say = (text) => {
  const said = document.getElementById("engine-said");
  said.textContent = text;
  said.hidden = !text;
  if (text) said.focus();
};

async function send(payload) {
  if (payload.status !== "ready") return;
  say("");
  const body = payload.data[0];
  body.append("csrfmiddlewaretoken", place.dataset.token);
  let answer;
  try {
    answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
  } catch {
    return say(words.offline);
  }
  const told = await answer.json().catch(() => ({ message: words.unread, todo: "" }));
  if (!told.url) return say(`${told.message} ${told.todo}`);
  sent = true;
  location.assign(told.url);
}

// The engine speaks no Chinese; its few fixed words are said in the reader's language as they appear.
const inOwnWords = (text) => {
  const number = /\d+/.exec(text)?.[0];
  return words.said[number ? text.replace(number, "{n}") : text]?.replace("{n}", number);
};
const speak = (node) => {
  const parts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  do {
    const part = parts.currentNode;
    const text = part.nodeType === Node.TEXT_NODE ? part.data : part.ariaLabel;
    const own = text && inOwnWords(text.trim());
    if (own) part[part.nodeType === Node.TEXT_NODE ? "data" : "ariaLabel"] = own;
  } while (parts.nextNode());
};
new MutationObserver((changes) => {
  for (const { target, addedNodes } of changes) [target, ...addedNodes].forEach(speak);
}).observe(document.body, { childList: true, characterData: true, subtree: true });

addEventListener("beforeunload", (event) => {
  if (!sent && place.querySelector("input, textarea")) event.preventDefault();
});

createApp({ render: () => h(OdkWebForm, { formXml: xml, fetchFormAttachment: attached, onSubmit: send }) })
  .use(webFormsPlugin)
  .mount(place);
