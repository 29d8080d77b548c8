import type { PageAnswer } from "./ports.ts";

/** HTML made of our own text and escaped foreign text. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

type Piece = Html | string | number | undefined | readonly Html[];

/** A template that escapes every inserted value except HTML that it created itself. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const parts = pieces.map((piece, index) => show(piece) + (strings[index + 1] ?? ""));
  return new Html((strings[0] ?? "") + parts.join(""));
}

function show(piece: Piece): string {
  if (piece === undefined) return "";
  if (piece instanceof Html) return piece.text;
  if (Array.isArray(piece)) return (piece as readonly Html[]).map(({ text }) => text).join("");
  return String(piece).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** No scripts, no external resources, no framing, no traces in the browser. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
} as const;

export interface View {
  readonly status: number;
  readonly title: string;
  readonly content: Html;
  /** Where to go automatically after this many seconds, on this site. */
  readonly refresh?: { readonly seconds: number; readonly path: string };
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** @param base path prefix of links. */
export function answerWith({ status, title, content, refresh, headers }: View, base: string): PageAnswer {
  // An immediate reload only: assistive software would announce a delayed one as a time limit.
  const again =
    refresh?.seconds === 0 ? html`<meta http-equiv="refresh" content="0;url=${refresh.path}">` : undefined;
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${again}
<title>${title} - c1-admin-mcp</title>
<link rel="stylesheet" href="${base}style.css">
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
<footer>This is a page of c1-admin-mcp, the server that your assistant works with. It is not a page of ConductorOne.</footer>
</body>
</html>
`;
  return {
    status,
    headers: {
      ...HEADERS,
      "content-type": "text/html; charset=utf-8",
      ...(refresh && refresh.seconds > 0 && { refresh: `${refresh.seconds};url=${refresh.path}` }),
      ...headers,
    },
    body: text,
  };
}

export function answerStyle(css: string): PageAnswer {
  return { status: 200, headers: { ...HEADERS, "content-type": "text/css; charset=utf-8" }, body: css };
}

export function answerMoved(location: string, cookies: readonly string[]): PageAnswer {
  return { status: 303, headers: { ...HEADERS, location, "set-cookie": cookies }, body: "" };
}
