// A certified OpenID provider (npm oidc-provider) for the tests: one client, whoever types a name is signed in by it.
import { Provider } from 'oidc-provider';

const [port, back] = [Number(process.argv[2]), process.argv[3]];
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id: 'yinuo', client_secret: 'a secret of the tests: 0123456789', redirect_uris: [back] }],
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: `subject-of-${id}`, preferred_username: id }) }),
  claims: { openid: ['sub'], profile: ['preferred_username'] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: true } },
  pkce: { required: () => true },
  cookies: { keys: ['a key of the tests'] },
});
provider.listen(port, '127.0.0.1', () => console.log('ready'));
