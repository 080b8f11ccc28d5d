// A real OpenID Connect provider for the tests: started with the callback address as its
// argument, prints its issuer, and signs in whoever is named, without asking.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const people = JSON.parse(process.env.PEOPLE);
const redirect = process.argv[2];

const server = createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'milepost',
    client_secret: 'a secret + between & two = programs',
    redirect_uris: [redirect],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  pkce: { required: () => true },
  claims: {
    openid: ['sub', 'school_id'],
    email: ['email', 'email_verified'],
    profile: ['name', 'zoneinfo'],
  },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ['tests only'] },
  ttl: { Interaction: 600, Session: 600, Grant: 600 },
  findAccount: (ctx, sub) => people[sub] && {
    accountId: sub,
    claims: () => ({ sub, ...people[sub] }),
  },
});

// Who signs in comes as login_hint: the page where a person would say so.
const answer = provider.callback();
server.on('request', async (req, res) => {
  if (!req.url.startsWith('/interaction/')) return answer(req, res);
  const { params, prompt, session, grantId } = await provider.interactionDetails(req, res);
  if (params.login_hint === 'nobody') {
    return provider.interactionFinished(req, res, { error: 'access_denied' });
  }
  if (prompt.name === 'login') {
    return provider.interactionFinished(req, res, { login: { accountId: params.login_hint } });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid email profile');
  return provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } });
});
console.log(issuer);
