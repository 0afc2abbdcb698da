"use strict";
const names = { passive: "被动回复", service: "客服消息", template: "模板消息", platform: "微信", own: "" };
const screen = document.getElementById("screen");
const openid = document.getElementById("openid");
let seen = "";

async function act(body) {
  await fetch("/api/act", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ openid: openid.value, ...body }),
  });
  await refresh();
}

function bubble(one) {
  const p = document.createElement("p");
  p.className = one.by;
  p.textContent = one.text;
  for (const [id, text] of one.choices) {
    const button = document.createElement("button");
    button.textContent = text;
    button.onclick = () => act({ text, choice: id });
    p.append(document.createElement("br"), button);
  }
  if (names[one.by]) {
    const small = document.createElement("small");
    small.textContent = names[one.by];
    p.append(small);
  }
  return p;
}

async function refresh() {
  const answer = await fetch("/api/screen?openid=" + encodeURIComponent(openid.value));
  const told = await answer.json();
  const now = JSON.stringify(told);
  if (now === seen) return;
  seen = now;
  screen.replaceChildren(...told.screen.map(bubble));
  screen.scrollTop = screen.scrollHeight;
  document.getElementById("menu").replaceChildren(...told.menu.map(({ name, key }) => {
    const button = document.createElement("button");
    button.textContent = name;
    button.onclick = () => act({ event: "CLICK", key });
    return button;
  }));
}

document.getElementById("form").onsubmit = (event) => {
  event.preventDefault();
  const text = document.getElementById("text");
  act({ text: text.value });
  text.value = "";
};
for (const button of document.querySelectorAll("[data-event], [data-kind]")) {
  button.onclick = () => act({ ...button.dataset });
}
setInterval(refresh, 700);
refresh();
