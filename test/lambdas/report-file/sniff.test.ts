import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sniff } from '../../../lambdas/report-file/sniff.ts';
import type { Format } from '../../../lambdas/shared/formats.ts';

const xlsx = Buffer.from('504b030414000600', 'hex');
const xls = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const bom = '\uFEFF';

/** What all of a download is. */
const kindOf = (bytes: Buffer, format: Format, contentType = 'application/octet-stream') =>
  sniff({ bytes, isAll: true, contentType }, format);

describe('a CSV file', () => {
  test.each<[string, Buffer]>([
    ['with a byte order mark', Buffer.from(`${bom}Nom;Temps\r\n`)],
    ['in Latin-1', Buffer.from('Pr\xe9nom;b', 'latin1')],
    ['in UTF-16', Buffer.from(`${bom}Nom;Temps\r\n`, 'utf16le')],
    ['that begins with a quote', Buffer.from('"Nom complet";"Temps"\r\n')],
    ['that begins with an empty cell', Buffer.from(';Temps\r\n')],
    ['that begins with a line break', Buffer.from('\r\nNom;Temps\r\n')],
    ['of one letter', Buffer.from('a\r\n')],
    ['of one line that never ends', Buffer.from('Nom;Temps')],
    ['whose first name is in brackets', Buffer.from('[Nom];Temps\r\n')],
    ['whose first name is in braces', Buffer.from('{Nom};Temps\r\n')],
    ['whose first name starts with a sign', Buffer.from('< 35 h;Temps\r\n')],
    ['that begins with the word null', Buffer.from('null;Temps\r\n')],
    ['that begins with letters of a zip file', Buffer.from('PK;Temps\r\n')],
    ['with a control character that was pasted', Buffer.from('Nom;Note\r\nDupont;a\u001Fb\r\n')],
    ['of one column in quotes', Buffer.from('"Employee"\r\n')],
    ['of one column of remarks', Buffer.from('Note\r\nArrived late. Sorry.\r\n')],
    ['of one column', Buffer.from('Temps de travail (h)\r\n')],
    ['of one column with an abbreviation', Buffer.from('Nb. heures\r\n')],
    ['of one column with an abbreviation in capitals', Buffer.from('Nb. Jours\r\n3\r\n')],
    ['of one column that is abbreviated', Buffer.from('Temps trav.\r\n3\r\n')],
    ['of one column with an abbreviation at its end', Buffer.from('Heures suppl.\r\n3\r\n')],
    ['of one column with one at the end of some words', Buffer.from('Temps de trav.\r\n7\r\n')],
    ['of one column with one in the middle', Buffer.from('Durée hebdo. Contrat\r\n35\r\n')],
    ['with an abbreviation behind commas', Buffer.from('Nom, Prénom, Heures suppl.\r\nD, J, 3\r\n')],
    ['of one column that asks', Buffer.from('Présent ?\r\noui\r\n')],
    ['of names that tabs separate', Buffer.from(`${'Nom'.repeat(30)}\tTemps\r\nDupont\t7\r\n`)],
    ['of one column in Latin-1', Buffer.from('Pr\xe9nom\r\nZo\xe9\r\n', 'latin1')],
    ['that quotes its header', Buffer.from('"Nom";"Congé exceptionnel";"Temps d\'erreur"\r\n1;2;3\r\n')],
    [
      'that quotes its header, with words in it',
      Buffer.from('"Name","Time in","Time out"\r\n"a","b","c"\r\n'),
    ],
    ['with a line break in its quoted header', Buffer.from('"Erreur\nde saisie";"Temps"\r\n1;2\r\n')],
    ['of exceptional leave', Buffer.from('Congé exceptionnel\r\n3\r\n')],
    ['of times', Buffer.from('Name, Date, Time in, Time out\r\na, b, c, d\r\n')],
    ['of years', Buffer.from('Nom,2024,2025')],
    ['of one quoted column of errors', Buffer.from('"Erreur"\r\nAucune\r\n')],
    ['of one column in capitals', Buffer.from('ERREUR\r\nAucune\r\n')],
    ['that begins with signs of windows-1252', Buffer.from('808080413b420d0a313b320d0a', 'hex')],
    ['of one column of errors', Buffer.from('Erreur\r\nAucune\r\n')],
    ['with a space behind each comma', Buffer.from('Matricule, Nom, Nb. Jours\r\n1, Dupont, 3\r\n')],
    ['of warnings, with a space behind each comma', Buffer.from('Warning level, Date\r\n1, 2\r\n')],
    [
      'in UTF-16 without a mark and with a letter of Latvian',
      Buffer.from('Nom;Temps\r\nĀbele;7\r\n', 'utf16le'),
    ],
    ['of one column and one row', Buffer.from('Nom complet\r\nDupont\r\n')],
    ['of columns with sentences', Buffer.from('Note;Temps\r\nNot found. Sorry.;7\r\n')],
    ['in big-endian UTF-16', Buffer.from(`${bom}Prénom;Temps\r\n`, 'utf16le').swap16()],
    ['in UTF-16 without a byte order mark', Buffer.from('Nom;Temps\r\n', 'utf16le')],
  ])('%s is one', (_, head) => {
    expect(kindOf(head, 'csv')).toEqual({ kind: 'text' });
  });

  test.each<[string, Buffer, RegExp]>([
    ['an .xlsx file', xlsx, /\.xlsx/],
    ['an .xls file', xls, /\.xls file/],
    ['nothing', Buffer.alloc(0), /nothing/],
    ['white space', Buffer.from(' \r\n\t '), /white space/],
    ['a byte order mark', Buffer.from(bom), /white space/],
    ['white space in UTF-16', Buffer.from(`${bom}\r\n `, 'utf16le'), /white space/],
    ['a web page', Buffer.from('<!DOCTYPE html><html>'), /web page/],
    ['a web page in capitals', Buffer.from('<HTML><BODY>'), /web page/],
    ['a web page after white space', Buffer.from('\r\n\r\n  <html lang="fr">'), /web page/],
    ['a web page with a byte order mark', Buffer.from(`${bom}<!doctype html>`), /web page/],
    ['a web page in UTF-16', Buffer.from(`${bom}<html>`, 'utf16le'), /web page/],
    ['a web page that begins with a comment', Buffer.from('<!-- maintenance --><html>'), /web page/],
    [
      'a web page that begins with its title',
      Buffer.from('<title>503 Service Unavailable</title>'),
      /web page/,
    ],
    [
      'a web page that begins with its encoding',
      Buffer.from('<meta charset="utf-8"><title>x</title>'),
      /web page/,
    ],
    ['a web page that begins with a heading', Buffer.from('<h1>Maintenance</h1>'), /web page/],
    ['an error in XML', Buffer.from('<?xml version="1.0"?><Error>'), /web page/],
    ['problem details', Buffer.from('{"title":"Not ready","status":500}'), /JSON/],
    ['indented JSON', Buffer.from('{\r\n  "title": "Not ready"\r\n}'), /JSON/],
    ['JSON with a byte order mark', Buffer.from(`${bom}{"title":"Not ready"}`), /JSON/],
    ['an empty JSON object', Buffer.from('{}'), /JSON/],
    ['a JSON list', Buffer.from('[{"id":1}]'), /JSON/],
    ['an empty JSON list', Buffer.from('[]'), /JSON/],
    ['JSON text', Buffer.from('"Not ready"'), /JSON/],
    ['a PDF file', Buffer.from('%PDF-1.7\n'), /PDF/],
    ['a single word', Buffer.from('Forbidden'), /a message/],
    ['the JSON null', Buffer.from('null'), /JSON/],
    ['a gzip file', gzipSync('Nom;Temps'), /gzip/],
    ['binary data', Buffer.from('0102030405060708', 'hex'), /binary/],
    ['binary data with delimiters', Buffer.from('Nom;\u0001\u0002\u0003\u0004\u0005Temps\r\n'), /binary/],
    ['text with zero bytes', Buffer.from('Nom;Temps\0\0\0\0\r\n'), /binary/],
    [
      'a sentence',
      Buffer.from('Database connection error. Please wait 30 seconds and try again.\n'),
      /a message/,
    ],
    ['a sentence with commas', Buffer.from('Too many requests, please try again later.'), /a message/],
    ['two lines of a message', Buffer.from('Error 500\nThe server met an error, sorry.\n'), /a message/],
    [
      'Base64 in lines',
      Buffer.from(
        'TmFtZTtUaW1lDQpEdXBvbnQ7Nw0KTmFtZTtUaW1lDQpEdXBvbnQ7Nw0KTmFtZTtUaW1lDQpEdXBv\r\nbnQ7Nw0K\r\n',
      ),
      /Base64/,
    ],
    [
      'a file in a multipart message',
      Buffer.from('--b1\r\nContent-Disposition: attachment\r\n\r\nNom;Temps\r\n--b1--\r\n'),
      /message of MIME/,
    ],
    [
      'an answer in an answer',
      Buffer.from('HTTP/1.1 200 OK\r\nA: b\r\n\r\nNom;Temps\r\n'),
      /of MIME or HTTP/,
    ],
    ['a data URL', Buffer.from('data:text/csv;base64,Tm9tO1RlbXBz\r\n'), /of MIME or HTTP/],
    ['JSON text of a CSV', Buffer.from('"Nom;Temps\\r\\nDupont;7\\r\\n'), /JSON/],
    ['Base64', Buffer.from(Buffer.from('Nom;Temps\r\nDupont;7\r\n'.repeat(50)).toString('base64')), /Base64/],
    ...[
      'Votre session a expiré.',
      'Votre session a expiré',
      'Please log in.',
      'Try again in 5 min.',
      'Error generating report',
      'Error processing request',
      'Erreur interne',
      'An error occurred',
      'Erreur',
      'Accès refusé.',
      'Veuillez patienter…',
      'Le rapport est en cours de génération.',
      'Impossible de générer le rapport',
      'Échec de la génération',
      'Object reference not set to an instance of an object.',
      'Die Sitzung ist abgelaufen',
      'La sesión ha caducado',
      'Sorry; the report is gone.',
      'System.NullReferenceException',
      'HTTP/1.1 503 Service Unavailable',
      'Gone.',
      'The operation was canceled.',
      'Something went wrong.',
      'Rapport non trouvé',
      "Vous n'êtes pas autorisé à accéder à ce rapport",
      'Rapport en cours de génération',
      'Un problème est survenu',
      'Keine Berechtigung',
      'Interner Serverfehler',
      'Accesso vietato',
      'Serviço indisponível',
      'Geen toegang',
    ].map((text): [string, Buffer, RegExp] => [
      `what somebody is told: ${text}`,
      Buffer.from(`${text}\n`),
      /a message/,
    ]),
    ['what somebody is told in Latin-1', Buffer.from('\xc9chec du rapport\n', 'latin1'), /a message/],
    ['a status', Buffer.from('404 page not found\n'), /a message/],
    ['a status in words', Buffer.from('Bad Gateway\r\n'), /a message/],
    ['what a load balancer says', Buffer.from('no healthy upstream\n'), /a message/],
    [
      'what a proxy says',
      Buffer.from('upstream connect error or disconnect/reset before headers\n'),
      /a message/,
    ],
  ])('is not %s', (_, head, found) => {
    expect(kindOf(head, 'csv')).toEqual({ found: expect.stringMatching(found) as string });
  });
});

describe('an Excel file', () => {
  test('in the new format is .xlsx, whatever Lucca names it', () => {
    expect(kindOf(xlsx, 'excel')).toEqual({ kind: 'xlsx' });
  });

  test('in the old format is .xls', () => {
    expect(kindOf(xls, 'excel')).toEqual({ kind: 'xls' });
  });

  test.each<[string, Buffer, RegExp]>([
    ['a CSV file', Buffer.from('Nom;Temps\r\n'), /plain text/],
    ['a web page', Buffer.from('<html>'), /web page/],
    ['problem details', Buffer.from('{"title":"x"}'), /JSON/],
    ['nothing', Buffer.alloc(0), /nothing/],
    ['an empty zip file', Buffer.from('504b0506', 'hex'), /./],
    ['the first bytes of one', xlsx.subarray(0, 3), /./],
    ['one after white space', Buffer.concat([Buffer.from('\n'), xlsx]), /./],
  ])('is not %s', (_, head, found) => {
    expect(kindOf(head, 'excel')).toEqual({ found: expect.stringMatching(found) as string });
  });
});

test.each([
  ['one line', 'Scheduled downtime\r\n', true],
  ['one line with a semicolon', 'Scheduled downtime; sorry', true],
  ['a stack trace', `System.TimeoutException\n${'   at Lucca.Reports.Download()\n'.repeat(30)}`, false],
])('plain text without columns is a message, as %s', (_, text, isAll) => {
  const head = { bytes: Buffer.from(text), isAll, contentType: 'text/plain' };
  expect(sniff(head, 'csv')).toEqual({ found: 'a message, not a table' });
});

test('plain text of several lines may be a table of one column', () => {
  const head = { bytes: Buffer.from('Matricule\r\n1001\r\n'), isAll: true, contentType: 'text/plain' };
  expect(sniff(head, 'csv')).toEqual({ kind: 'text' });
});
