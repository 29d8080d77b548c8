import { afterEach, beforeEach, expect, it } from "vitest";
import { accessToken, call, connect, failureOf, type Stub, startStub } from "./stub-tenant.ts";

/* A response whose body was cut off contained the gRPC code that decides whether the write may be sent again. */

let stub: Stub;
beforeEach(async () => {
  stub = await startStub();
});
afterEach(() => stub.close());

function answerCut(status: number, code: number): void {
  const body = JSON.stringify({ code, message: "upstream failed" });
  stub.respond = (response) => {
    response.writeHead(status, { "content-type": "application/json", "content-length": body.length });
    response.write(body.slice(0, 8), () => response.destroy());
  };
}

const create = () =>
  connect(stub.url, { credential: accessToken }).c1.apps.create({ displayName: "Cut" }).send(call());

it("a truncated 429 is not repeated", async () => {
  answerCut(429, 14);
  await failureOf(create());
  expect(stub.api).toHaveLength(1);
});

it.each([
  [400, 13],
  [401, 14],
])("a truncated %i does not prove that nothing was done", async (status, code) => {
  answerCut(status, code);
  expect((await failureOf(create())).changed).toBe("maybe");
});
