/** What people are told of a refusal, for the answers of common products. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { givenReason } from '../../../../../src/adapters/destinations/webhook/given-reason.ts';

describe('the reason in', () => {
  it.each([
    [
      'GitHub',
      '{\n  "message": "No ref found for: main",\n  "documentation_url": "https://docs.github.com/rest",\n  "status": "422"\n}',
      'No ref found for: main',
    ],
    [
      'GitHub, of a field',
      '{"message":"Validation Failed","errors":[{"resource":"Dispatch","field":"event_type","code":"missing_field"}]}',
      'Validation Failed: resource: Dispatch; field: event_type; code: missing_field',
    ],
    [
      'Kubernetes',
      '{"kind":"Status","status":"Failure","message":"forbidden: User \\"system:anonymous\\" cannot create path \\"/\\"","code":403}',
      'forbidden: User "system:anonymous" cannot create path "/"',
    ],
    [
      'GitLab',
      '{"message":{"base":["Pipeline filtered out by workflow rules."]}}',
      'base: Pipeline filtered out by workflow rules.',
    ],
    ['GitLab, short', '{"error":"404 Not Found"}', '404 Not Found'],
    ['OAuth', '{"error":"invalid_client","error_description":"Unknown client"}', 'Unknown client'],
    [
      'Microsoft',
      '{"error":{"code":"InvalidRequest","message":"No such flow","innerError":{}}}',
      'No such flow',
    ],
    [
      'Cloud Foundry',
      '{"errors":[{"code":10008,"title":"CF-UnprocessableEntity","detail":"Name must be unique"}]}',
      'Name must be unique',
    ],
    [
      'problem+json',
      '{"type":"about:blank","title":"Conflict","status":409,"detail":"It is there already"}',
      'It is there already',
    ],
    ['problem+json with a title only', '{"type":"about:blank","title":"Conflict","status":409}', 'Conflict'],
    [
      'FastAPI',
      '{"detail":[{"loc":["body","id"],"msg":"field required"},{"loc":["body"],"msg":"too long"}]}',
      'field required; too long',
    ],
    [
      'Rails',
      '{"errors":{"name":["has already been taken"],"path":["is too short"]}}',
      'name: has already been taken; path: is too short',
    ],
    ['Keycloak', '{"errorMessage":"Group exists"}', 'Group exists'],
    ['ASP.NET', '{"Message":"No HTTP resource was found"}', 'No HTTP resource was found'],
    ['Slack', 'invalid_payload', 'invalid_payload'],
    ['JSON that is one text', '"not today"', 'not today'],
    ['JSON that says nothing', '{"ok":false}', '{"ok":false}'],
    ['JSON with an empty message', '{"message":"","error":"boom"}', 'boom'],
    ['JSON that was cut off', '{"message":"half a', '{"message":"half a'],
    ['JSON after a byte order mark', '\ufeff{"message":"marked"}', 'marked'],
    [
      'nginx',
      '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>…</body></html>',
      '413 Request Entity Too Large',
    ],
    [
      'HTML without a title',
      '<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>',
      '400 Bad request Your browser sent an invalid request.',
    ],
    [
      'Tomcat',
      '<!doctype html><html lang="en"><head><title>HTTP Status 400 – Bad &amp; worse</title><style type="text/css">body {color:red;}</style></head></html>',
      'HTTP Status 400 – Bad & worse',
    ],
    [
      'HTML with scripts',
      '<script>alert("<b>")</script><p>It&#39;s &#x1f512; locked</p><style>p{}</style>',
      "It's 🔒 locked",
    ],
    [
      'XML',
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
      'AccessDenied Access Denied',
    ],
    ['text', '\n\n  token is wrong\nsee the log\n', 'token is wrong see the log'],
    ['nothing', '  \n', ''],
  ])('%s', (_product, body, reason) => {
    expect(givenReason(body).replace(/\s+/g, ' ').trim()).toBe(reason);
  });

  it.each([
    ['tags that never end', '<title'.repeat(11_000)],
    ['brackets', '<'.repeat(65_536)],
    ['styles that never end', '<style>a'.repeat(8000)],
    ['entities', `<p>${'&#'.repeat(30_000)}`],
    ['deep JSON', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['deep messages', `${'{"message":'.repeat(5000)}1${'}'.repeat(5000)}`],
    ['wide JSON', JSON.stringify({ message: Array.from({ length: 10_000 }, () => [[['x']]]) })],
  ])('%s takes no time to speak of', (_what, body) => {
    expect(typeof givenReason(body)).toBe('string');
  });

  it('anything at all is found or is not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), (body) => {
        expect(typeof givenReason(body)).toBe('string');
      }),
    );
  });
});
