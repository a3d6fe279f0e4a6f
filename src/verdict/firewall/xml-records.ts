/**
 * Records out of XML that may be long, cut and hostile: each as a flat list of values by their path below the record. What
 * is no record is passed over; a record that is cut gives way to the next. Entities are the five of XML: nothing is
 * expanded or fetched.
 *
 *   <netEvents><item><header><localPort>51022</localPort>…   →   'header/localPort' 51022
 *   <Event><EventData><Data Name='DestPort'>9003</Data>…     →   'EventData/DestPort' 9003
 */
import sax from 'sax';
import type { QualifiedAttribute, SAXParser } from 'sax';
import { MAX_RECORD_VALUES, MAX_VALUE_CHARS, MAX_XML_DEPTH, MAX_XML_SILENCE } from './limits.js';

/** 'netEvent', 'Event' or 'filter', by the element that holds it. */
export type RecordKind = 'netEvent' | 'event' | 'filter';
export type Values = ReadonlyMap<string, string>;

/** Depth at which the parser itself is begun anew: cut records leave their elements open. */
const RENEW_DEPTH = 4 * MAX_XML_DEPTH;

export class XmlRecords {
  /** Records that ended before their own end. */
  cut = 0;
  /** Why no more is read, '' = it goes on. */
  stopped = '';
  readonly #found: (kind: RecordKind, values: Values) => void;
  #parser: SAXParser;
  /** Names of the open elements inside the record. */
  readonly #path: string[] = [];
  #depth = 0;
  /** Depth of the record's own element, -1 = outside of one. */
  #record = -1;
  #kind: RecordKind = 'event';
  #values = new Map<string, string>();
  /** What the items of the list are in which the text is, null = it is in none. */
  #list: 'netEvent' | 'filter' | null = null;
  #text = '';
  #silence = 0;

  constructor(found: (kind: RecordKind, values: Values) => void) {
    this.#found = found;
    this.#parser = this.#begin();
  }

  push(chunk: string): void {
    if (this.stopped !== '') return;
    this.#silence += chunk.length;
    // Characters that XML does not have would be told one by one.
    this.#parser.write(chunk.replaceAll('\0', ''));
    if (this.#silence > MAX_XML_SILENCE) this.stopped = 'it holds a text without end';
    if (this.#depth > RENEW_DEPTH) this.#renew();
  }

  end(): void {
    if (this.#record >= 0) this.cut++;
    this.#record = -1;
  }

  #begin(): SAXParser {
    const parser = sax.parser(true);
    // A log is read as far as it makes sense: what is no XML is passed over.
    parser.onerror = () => void parser.resume();
    parser.onopentag = ({ name, attributes }) => this.#open(name, attributes);
    parser.onclosetag = (name) => this.#close(name);
    parser.ontext = parser.oncdata = (piece) => {
      if (this.#record >= 0 && this.#text.length < MAX_VALUE_CHARS) {
        this.#text = (this.#text + piece).slice(0, MAX_VALUE_CHARS);
      }
    };
    return parser;
  }

  #renew(): void {
    this.#parser = this.#begin();
    this.#depth = 0;
    this.#giveUp();
  }

  #giveUp(): void {
    if (this.#record >= 0) this.cut++;
    this.#record = -1;
  }

  #open(raw: string, attributes: Readonly<Record<string, string | QualifiedAttribute>>): void {
    this.#silence = 0;
    this.#depth++;
    const name = raw.slice(raw.lastIndexOf(':') + 1);
    const kind = this.#kindOf(name);
    if (kind !== null) {
      this.#start(kind, this.#depth);
      return;
    }
    // The header of an event whose beginning fell victim to the end of the one before.
    if (name === 'header' && this.#hasHeader()) this.#start('netEvent', this.#depth - 1);
    if (this.#depth - this.#record > MAX_XML_DEPTH) this.#giveUp();
    if (this.#record >= 0) {
      const named = name === 'Data' ? attributes['Name'] : undefined;
      this.#path.push(typeof named === 'string' ? named : name);
      for (const [key, value] of Object.entries(attributes)) {
        if (key !== 'Name' && typeof value === 'string') this.#note(`${this.#path.join('/')}@${key}`, value);
      }
    } else if (name === 'netEvents') this.#list = 'netEvent';
    else if (name === 'filters') this.#list = 'filter';
    this.#text = '';
  }

  #start(kind: RecordKind, depth: number): void {
    this.#giveUp();
    this.#kind = kind;
    this.#record = depth;
    this.#path.length = 0;
    this.#values = new Map();
    this.#text = '';
  }

  /** Of a network event only its own first element is called so. */
  #hasHeader(): boolean {
    if (this.#record < 0 || this.#kind !== 'netEvent') return false;
    return this.#path.length > 0 || this.#values.size > 0;
  }

  #kindOf(name: string): RecordKind | null {
    if (name === 'Event') return 'event';
    if (name === 'netEvent') return 'netEvent';
    if (name !== 'item') return null;
    // Items of lists inside a record are its values.
    if (this.#record >= 0) return null;
    return this.#list;
  }

  #close(name: string): void {
    this.#silence = 0;
    const depth = this.#depth--;
    if (this.#record < 0) {
      if (/(^|:)(netEvents|filters)$/.test(name)) this.#list = null;
      return;
    }
    if (depth > this.#record) {
      this.#note(this.#path.join('/'), this.#text.trim());
      this.#path.pop();
      this.#text = '';
      return;
    }
    this.#record = -1;
    this.#found(this.#kind, this.#values);
  }

  /** The first of several values with one path counts. */
  #note(path: string, value: string): void {
    if (value === '' || this.#values.has(path) || this.#values.size >= MAX_RECORD_VALUES) return;
    this.#values.set(path, value.slice(0, MAX_VALUE_CHARS));
  }
}
