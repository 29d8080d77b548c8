import { TaskSubscriptionAcknowledgedNotificationsV2Schema } from "@modelcontextprotocol/ext-tasks/core/v2";
import { describe, expect, it } from "vitest";
import { createMcpFetch } from "../../src/mcp/http.ts";
import { TASKS } from "../fixture/task-client.ts";
import { modernHeaders, modernRequest, type WireMessage } from "../fixture/wire.ts";
import { createFakeRegistry } from "../support/fake-registry.ts";
import { startStdio } from "../support/stdio-session.ts";
import { toResponse } from "../support/to-response.ts";
import { waitFor } from "../support/wait-for.ts";

/* Subscriptions to tasks: nothing is pushed, and whoever did not declare the extension is told so. */

type Request = ReturnType<typeof modernRequest>;

interface Answers {
  readonly status?: number;
  readonly messages: readonly WireMessage[];
}

const IDS = ["a-task", "another"];

const listen = (notifications: unknown, capabilities: object = {}, id: string | number = "s") =>
  modernRequest(id, "subscriptions/listen", { notifications }, { capabilities });

async function askHttp(request: Request): Promise<Answers> {
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    ...modernHeaders(request),
  };
  const head = new Request("http://127.0.0.1/mcp", { method: "POST", headers });
  const answer = toResponse(await createMcpFetch(createFakeRegistry())(head, JSON.stringify(request)));
  const text = await answer.text();
  const data = [...text.matchAll(/^data: ?(.+)$/gm)].map((match) => match[1] ?? "");
  const texts = data.length > 0 ? data : [text];
  return { status: answer.status, messages: texts.map((line) => JSON.parse(line) as WireMessage) };
}

async function askStdio(request: Request): Promise<Answers> {
  const server = startStdio(createFakeRegistry());
  server.send(request);
  await waitFor(() => expect(server.replies().length).toBeGreaterThan(0));
  return { messages: (await server.finish()) as unknown as WireMessage[] };
}

describe.each([
  ["HTTP", askHttp],
  ["stdio", askStdio],
] as const)("over %s", (transport, ask) => {
  it.each<[string, object]>([
    ["nothing", {}],
    ["no extension", { extensions: {} }],
    ["another extension", { extensions: { "io.modelcontextprotocol/ui": {} } }],
    ["forms", { elicitation: { form: {} } }],
  ])("tasks are refused to a request that declares %s", async (_what, capabilities) => {
    for (const more of [{}, { toolsListChanged: true }]) {
      const { status, messages } = await ask(listen({ taskIds: IDS, ...more }, capabilities));
      expect(messages).toEqual([
        {
          jsonrpc: "2.0",
          id: "s",
          error: {
            code: -32021,
            message: expect.any(String),
            data: { requiredCapabilities: { extensions: { "io.modelcontextprotocol/tasks": {} } } },
          },
        },
      ]);
      if (transport === "HTTP") expect(status).toBe(400);
    }
  });

  it("a request that declares the extension is told that no task is followed", async () => {
    const { messages } = await ask(listen({ taskIds: IDS, toolsListChanged: true }, TASKS));
    const [acknowledged] = messages;
    expect(acknowledged?.method).toBe("notifications/subscriptions/acknowledged");
    const { notifications } = acknowledged?.params ?? {};
    TaskSubscriptionAcknowledgedNotificationsV2Schema.parse(notifications);
    expect(notifications).toEqual({});
  });

  it.each<[string, unknown]>([
    ["no tasks", {}],
    ["an empty list", { taskIds: [] }],
    ["something else", { toolsListChanged: true }],
  ])("a request for %s needs no extension", async (_what, notifications) => {
    const { messages } = await ask(listen(notifications));
    expect(messages[0]?.method).toBe("notifications/subscriptions/acknowledged");
  });

  it("what is malformed is left to the SDK", async () => {
    const { _meta, ...rest } = listen({ taskIds: IDS }).params;
    const key = "io.modelcontextprotocol/";
    const request = (meta: object) => ({ ...listen({}), params: { ...rest, _meta: meta } }) as Request;
    const old = await ask(request({ ..._meta, [`${key}protocolVersion`]: "2027-01-01" }));
    expect(old.messages[0]?.error?.code).not.toBe(-32021);
    const bare = await ask(request({ ..._meta, [`${key}clientCapabilities`]: undefined }));
    expect(bare.messages[0]?.error?.code).toBe(-32602);
    const odd = await ask(listen("tasks"));
    expect(odd.messages[0]?.error?.code).toBe(-32602);
  });
});

it("over stdio a refused subscription gives its id back, before and after other requests", async () => {
  const server = startStdio(createFakeRegistry());
  const refused = () => server.replies().filter(({ error }) => error?.code === -32021);
  server.send(listen({ taskIds: IDS }));
  await waitFor(() => expect(refused()).toHaveLength(1));
  server.send(modernRequest("s", "tools/list"));
  await waitFor(() => expect(server.replies().at(-1)?.result).toBeDefined());
  server.send(listen({ taskIds: IDS }));
  await waitFor(() => expect(refused()).toHaveLength(2));
  await server.finish();
});
