/** A value as integrations send and receive it, and what of it is secret: texts that hold `SECRET` are. */
export interface Sample {
  readonly about: string;
  readonly value: unknown;
  /** Texts that must stay. */
  readonly kept?: readonly string[];
}

const words = (text: string) => text.trim().split(/\s+/);

/** Keys whose values are secrets. */
export const SECRET_KEYS: readonly string[] = [
  ...words(`
    password PASSWORD userPassword user_password db.password dbpassword DB_PASSWORD password2 passwordHash
    password_confirmation newPassword old-password passwd pwd pass passcode passphrase smtp_pass secret client_secret
    clientSecret clientsecret appSecret shared-secret secretKey secret_access_key webhookSecret token Token access_token
    accessToken accesstoken refresh-token id_token botToken slackBotToken x-auth-token XAuthToken authToken auth_token
    oauth_token csrfToken csrfmiddlewaretoken tokenValue token_raw jwt JWT userJwt bearer Bearer auth x-auth X-Auth
    authorization Authorization proxy-authorization AuthorizationHeader cookie Cookie set-cookie cookies credential
    credentials serviceCredentials creds api_key apiKey apikey APIKEY x-api-key api.key ApiKeyV2 privateKey private_key
    sshKey ssh-private-key signingKey encryption_key masterKey accessKey access_key accountKey subscription-key
    ocp-apim-subscription-key hmac_key authKey session_id sessionId SESSIONID session-token session_key sid PHPSESSID
    connect.sid pin PIN userPin otp otp_code totp mfa_code verificationCode security_code recovery_codes backupCodes
    auth_code authorizationCode device_code cvv cvc card_cvc dsn SENTRY_DSN connectionString connection_string
    CONN_STRING client_assertion p-a-s-s-w-o-r-d ａｐｉＫｅｙ secret_hash current_password
    seed_phrase recovery_phrase accessGrant
  `),
  'API Key',
  'Access Token',
];

/** Keys whose values are none, though they look like it. */
export const PLAIN_KEYS: readonly string[] = words(`
  nextPageToken next_page_token pageToken prev_page_token continuationToken syncToken pagination_token tokens_used
  token_count tokenCount max_tokens prompt_tokens completionTokens total_tokens token_type tokenType secretary
  secretaryName has_token hasPassword is_secret requires_auth needsToken token_expires_at tokenExpiry
  password_changed_at passwordPolicy author authors authority authored_by authenticated authType auth_type auth_method
  oauth_provider compass bypass passenger passengers passed passing passport pinned pinboard shipping spinner opinion
  option bearing session sessions sessionCount cookieConsent cookie_policy credentialType credential_name key keys
  keyboard keyword primaryKey foreign_key public_key publicKey idempotency_key sort_key partitionKey cache_key code
  status_code statusCode error_code postal_code zip country_code promo_code name value user username email id
  created_at url icon description status digest sidebar aside resides inside pinterest otplib tokenizer tokenized
  secretsManagerRegion passRate pass_count pinCode monkey turkey hockey signature certificate fingerprint
`);

const SECRET = 'hidden';

/** Values in which the secret is told by something else than its key. */
export const SAMPLES: readonly Sample[] = [
  {
    about: 'a name and value pair',
    value: { name: 'Authorization', value: SECRET },
    kept: ['Authorization'],
  },
  { about: 'a key and value pair', value: { key: 'x-api-key', value: SECRET, enabled: true } },
  { about: 'a header and its values', value: { header: 'Set-Cookie', values: [SECRET, SECRET] } },
  { about: 'a field and its content', value: { field: 'client_secret', content: SECRET } },
  { about: 'a pair whose name is none', value: { name: 'Accept', value: 'kept' }, kept: ['kept'] },
  {
    about: 'a list of pairs',
    value: [
      { Name: 'password', Value: SECRET },
      { Name: 'page', Value: 'kept' },
    ],
    kept: ['kept'],
  },
  {
    about: 'headers as lists of two',
    value: [
      ['Authorization', SECRET],
      ['Accept', 'kept'],
    ],
    kept: ['kept'],
  },
  { about: 'headers as one list', value: ['Authorization', SECRET, 'Accept', 'kept'], kept: ['kept'] },
  { about: 'JSON within a text', value: `{"user":"kept","password":"${SECRET}"}`, kept: ['kept'] },
  {
    about: 'JSON within JSON within a text',
    value: JSON.stringify({ body: JSON.stringify({ token: SECRET }) }),
  },
  { about: 'a list as JSON within a text', value: `[{"apiKey":"${SECRET}"},{"id":"kept"}]`, kept: ['kept'] },
  { about: 'JSON that was cut', value: `{"id":"kept","password":"${SECRET} and mo`, kept: ['kept'] },
  {
    about: 'JSON with its quotes escaped',
    value: `{\\"access_token\\":\\"${SECRET}\\",\\"id\\":\\"kept\\"`,
    kept: ['kept'],
  },
  {
    about: 'a URL with a token',
    value: `https://kept.example/x?page=2&access_token=${SECRET}`,
    kept: ['kept', 'page=2'],
  },
  {
    about: 'a URL with a signature',
    value: `https://kept.example/f?X-Amz-Signature=${SECRET}&sig=${SECRET}`,
    kept: ['kept'],
  },
  {
    about: 'a URL with a code',
    value: `https://kept.example/callback?code=${SECRET}&scope=read`,
    kept: ['scope=read'],
  },
  {
    about: 'a URL with a password',
    value: `postgres://kept:${SECRET}@db.example/app`,
    kept: ['kept', 'db.example'],
  },
  {
    about: 'a token behind the mark of a URL',
    value: `https://kept.example/cb#id_token=${SECRET}`,
    kept: ['kept'],
  },
  {
    about: 'an encoded name in a URL',
    value: `https://kept.example/?client%5Fsecret=${SECRET}`,
    kept: ['kept'],
  },
  { about: 'a form', value: `grant_type=password&username=kept&password=${SECRET}`, kept: ['username=kept'] },
  {
    about: 'a header as a line',
    value: `POST /x\nAuthorization: Basic ${SECRET}\nAccept: kept`,
    kept: ['kept'],
  },
  { about: 'a line of cookies', value: `Cookie: a=${SECRET}; b=${SECRET}\nAccept: kept`, kept: ['kept'] },
  { about: 'a bearer token in a sentence', value: `refused Bearer ${SECRET}abc for kept`, kept: ['kept'] },
  {
    about: 'a request by curl',
    value: `curl -H 'X-Api-Key: ${SECRET}' -u me:${SECRET} https://kept.example`,
    kept: ['kept'],
  },
  { about: 'an assignment', value: `login failed: password=${SECRET} (kept)`, kept: ['kept'] },
  {
    about: 'a JSON Web Token',
    value: 'got eyJhbGciOiJIUzI1NiJ9.eyJoaWRkZW4iOjF9.hiddenhidden there',
    kept: ['there'],
  },
  { about: 'a key that names its issuer', value: 'used sk_live_hiddenhidden0123 here', kept: ['here'] },
  { about: 'a private key', value: '-----BEGIN RSA PRIVATE KEY-----\nhidden\n-----END RSA PRIVATE KEY-----' },
  { about: 'a sentence about a token', value: 'Error: token expired for kept', kept: ['expired', 'kept'] },
  { about: 'a sentence with a colon', value: 'Your session has ended: kept', kept: ['kept'] },
  {
    about: 'a flag and an amount',
    value: { has_token: true, tokens: 12, password: false },
    kept: ['12', 'true', 'false'],
  },
  {
    about: 'an address',
    value: 'https://kept.example/reset-password/start?lang=en',
    kept: ['kept', 'start', 'lang=en'],
  },
  { about: 'a colon behind the word', value: 'Invalid token: expired yesterday', kept: ['expired'] },
  { about: 'tags', value: ['password', 'reset'], kept: ['reset'] },
  { about: 'amounts that were counted', value: { pass: 10, fail: 2 }, kept: ['10'] },
  { about: 'a secret in prose', value: `the password is ${SECRET}` },
  { about: 'a secret in Base64', value: Buffer.from(`user:${SECRET}`).toString('base64'), kept: [] },
];
