/** An error that the upstream answers with. */
export class UpstreamError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, message: string, code = 'SERVER_ERROR') {
    super(message);
    this.name = 'UpstreamError';
    this.status = status;
    this.code = code;
  }
}

/** The upstream never answers the request. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** A mistake in what a control route or the in-process API was given. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
}
