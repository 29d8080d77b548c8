/** A person with a browser, as far as an OAuth client needs one: logs in, agrees, and returns with a code. */
async function logIn(authorization: URL, person: string): Promise<URLSearchParams> {
  return (await logInUntil(({ pathname }) => pathname === "/callback", authorization, person)).searchParams;
}

/** The same for a client with another redirect URI. Returns the URL that the browser is redirected to. */
export async function logInUntil(
  isBack: (url: URL) => boolean,
  authorization: URL,
  person: string,
): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = authorization;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 20; step += 1) {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form && { method: "POST", body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";", 1)[0] ?? "").split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location !== null) {
      url = new URL(location, url);
      form = undefined;
      if (isBack(url)) return url;
      continue;
    }
    const page = await response.text();
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined)
      throw new Error(`no form at ${url}: ${page.slice(0, 500)}`);
    url = new URL(action, url);
    form = new URLSearchParams({ prompt, login: person, password: "any" });
  }
  throw new Error("the login went round in circles");
}

/** What the SDK's clients of both eras require of an application: a memory, and a browser. */
export function createApplication(person: string, scope?: string) {
  let client: { client_id: string } | undefined;
  let tokens: { access_token: string; token_type: string } | undefined;
  let verifier = "";
  let answer: URLSearchParams | undefined;
  const redirectUrl = "http://127.0.0.1:8/callback";
  return {
    redirectUrl,
    clientMetadata: {
      client_name: "test",
      redirect_uris: [redirectUrl],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      application_type: "native" as const,
      ...(scope !== undefined && { scope }),
    },
    clientInformation: () => client as never,
    saveClientInformation(information: { client_id: string }) {
      client = information;
    },
    tokens: () => tokens as never,
    saveTokens(fresh: { access_token: string; token_type: string }) {
      tokens = fresh;
    },
    async redirectToAuthorization(url: URL) {
      answer = await logIn(url, person);
    },
    saveCodeVerifier(text: string) {
      verifier = text;
    },
    codeVerifier: () => verifier,
    /** The code from the redirect. */
    answer: () => answer ?? new URLSearchParams(),
    /** The token in use. */
    token: () => tokens?.access_token ?? "",
  };
}
