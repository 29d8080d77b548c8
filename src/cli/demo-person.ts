import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Link } from "../mcp/client.ts";

/** The secret that the demo's person types. Until then the server does not know it; the assistant never sees it. */
const TYPED = "00demo-token-of-no-use-anywhere";

/**
 * Acts as the person whom a client asks to open a page: opens the link, enters the code from the message, types the secret and
 * submits the form, over HTTP like a browser.
 */
export async function playPerson({ url, message }: Link): Promise<void> {
  const code = /code: (\w{6})$/.exec(message)?.[1] ?? "";
  const browser = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const opened = await answerTo(request(url, { headers: browser }));
  const seen = /name="seen" value="([^"]+)"/.exec(opened.text)?.[1] ?? "";
  const form = new URLSearchParams({ seen, code, "secret-0": TYPED, decision: "yes" }).toString();
  const sent = request(url, {
    method: "POST",
    headers: {
      ...browser,
      cookie: opened.cookie,
      origin: new URL(url).origin,
      "sec-fetch-site": "same-origin",
      "content-type": "application/x-www-form-urlencoded",
      "content-length": Buffer.byteLength(form),
    },
  });
  await answerTo(sent, form);
}

function answerTo(
  sent: ClientRequest,
  body?: string,
): Promise<{ readonly text: string; readonly cookie: string }> {
  return new Promise((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const [cookie = ""] = response.headers["set-cookie"]?.[0]?.split(";") ?? [];
        resolve({ text: Buffer.concat(chunks).toString("utf8"), cookie });
      });
    });
    sent.end(body);
  });
}
