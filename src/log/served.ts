/** A browser's request, in words that may leave the process. */
export interface ServedRequest {
  readonly method: string;
  /** As the person's browser sees it. */
  readonly scheme: string;
  /** A template of the path, such as `/page/{link}`; undefined if none matches. */
  readonly route: string | undefined;
}

/** Runs what this process serves besides tool calls, so that it can have its own spans. */
export interface ServerFollower {
  /** A method of the protocol. */
  followMethod<T>(name: string, work: () => Promise<T>): Promise<T>;
  followRequest<T extends { readonly status: number }>(
    request: ServedRequest,
    work: () => Promise<T>,
  ): Promise<T>;
}

const direct: ServerFollower = {
  followMethod: (_name, work) => work(),
  followRequest: (_request, work) => work(),
};

let follower = direct;

/** From now on the follower runs them; undefined ends that. */
export function followServed(by: ServerFollower | undefined): void {
  follower = by ?? direct;
}

export const serveMethod: ServerFollower["followMethod"] = (name, work) => follower.followMethod(name, work);

export const serveRequest: ServerFollower["followRequest"] = (request, work) =>
  follower.followRequest(request, work);
