/**
 * What the program asks of a forge (GitLab, GitHub): the notes of a merge request, and which merge requests brought a
 * commit. A merge request is named by its number in the project.
 */
export interface Forge {
  /** The merge request that this pipeline is for. @throws {ForgeError} if it is for none */
  readonly request: () => string;
  /** The pipeline and its job, both growing with time; undefined outside of CI. */
  readonly pipeline: readonly [pipeline: number, job: number] | undefined;
  /** A link to this job; undefined outside of CI. */
  readonly link: string | undefined;
  /** The notes written by whoever the token belongs to, oldest first. */
  notes(request: string): Promise<readonly Note[]>;
  add(request: string, body: string): Promise<void>;
  change(request: string, id: number, body: string): Promise<void>;
  remove(request: string, id: number): Promise<void>;
  /** The merged merge requests that brought the commit; usually one. */
  mergedWith(commit: string): Promise<readonly string[]>;
  close(): void;
}

export interface Note {
  readonly id: number;
  readonly body: string;
}

/** A request to the forge failed, or cannot be made. */
export class ForgeError extends Error {
  /** The answer's status, if there was one. */
  readonly status: number | undefined;
  /** How long to wait before it is worth another try; undefined if it is not. */
  readonly retryAfterMs: number | undefined;
  readonly remedy: string;

  constructor(
    message: string,
    remedy: string,
    { status, retryAfterMs }: { readonly status?: number; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.name = 'ForgeError';
    this.remedy = remedy;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}
