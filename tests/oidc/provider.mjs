// A provider of OpenID Connect on loopback: npm's certified `oidc-provider`, with its own pages for signing in and consent.
//
// Environment: REDIRECT_URI, CLIENT_SECRET, ACCOUNTS (a JSON file: name -> claims, read anew at every sign-in), ALGORITHM (RS256, PS256 or ES256),
// IN_TOKEN ("yes": claims stand in the token; else the provider tells them on request, as the standard has it).
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const { REDIRECT_URI, CLIENT_SECRET, ACCOUNTS, ALGORITHM = 'RS256', IN_TOKEN } = process.env;

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const keys = [];
for (const alg of ['RS256', 'PS256', 'ES256']) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  keys.push({ ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `key-${alg}` });
}

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'tenantatlas',
      client_secret: CLIENT_SECRET,
      redirect_uris: [REDIRECT_URI],
      id_token_signed_response_alg: ALGORITHM,
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  conformIdTokenClaims: IN_TOKEN !== 'yes',
  cookies: { keys: ['tests'] },
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
  jwks: { keys },
  pkce: { required: () => true, methods: ['S256'] },
  findAccount: (_, sub) => {
    const claims = JSON.parse(readFileSync(ACCOUNTS, 'utf8'))[sub];
    return claims && { accountId: sub, claims: () => ({ sub, ...claims }) };
  },
});

server.on('request', provider.callback());
console.log(`Ready: ${issuer}`);
