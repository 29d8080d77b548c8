// A tenant in its own process that answers immediately, and always in the same way except for the name and the time of a new app.
// It reads its answers from stdin, one line of JSON by "METHOD /path", and prints its address. It ends when stdin is closed. GET
// /counts returns how often each path was requested.
import { createServer } from "node:http";
import { createInterface } from "node:readline";

const TOKEN = JSON.stringify({ access_token: "bench-token", token_type: "Bearer", expires_in: 3_600 });

/** The response to a create must have the requested name and a current time. */
function answerCreate(answer, sent) {
  const { app, ...rest } = JSON.parse(answer);
  const { displayName } = JSON.parse(Buffer.concat(sent));
  return Buffer.from(
    JSON.stringify({ ...rest, app: { ...app, displayName, createdAt: new Date().toISOString() } }),
  );
}

const input = createInterface(process.stdin);
input.once("line", (line) => {
  const answers = new Map(Object.entries(JSON.parse(line)).map(([key, text]) => [key, Buffer.from(text)]));
  answers.set("POST /auth/v1/token", Buffer.from(TOKEN));
  const counts = {};
  const server = createServer((request, response) => {
    const key = `${request.method} ${request.url}`;
    const answer = key === "GET /counts" ? Buffer.from(JSON.stringify(counts)) : answers.get(key);
    const sent = [];
    request.on("data", (chunk) => sent.push(chunk));
    request.on("end", () => {
      if (key !== "GET /counts") counts[key] = (counts[key] ?? 0) + 1;
      const body =
        (key === "POST /api/v1/apps" ? answerCreate(answer, sent) : answer) ??
        Buffer.from('{"message":"not in the stub"}');
      const headers = { "content-type": "application/json", "content-length": body.length };
      response.writeHead(answer ? 200 : 404, headers).end(body);
    });
  });
  // Keeps connections open in the pauses between rows.
  server.keepAliveTimeout = 120_000;
  server.listen(0, "127.0.0.1", () => {
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
  });
});
input.on("close", () => process.exit(0));
