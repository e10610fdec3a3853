import assert from 'node:assert/strict';
import { type BuiltService, builderOf } from '../../server/src/docker/workspace-images';

const api: BuiltService = {
  dockerfile: 'file:///w/shop/api/Dockerfile',
  target: undefined,
  args: new Map(),
  service: 'api',
  project: 'shop',
  image: undefined,
  workingDir: '/w/shop',
  folder: 'api',
};
const web: BuiltService = {
  ...api,
  dockerfile: 'file:///w/shop/web/Dockerfile',
  service: 'web',
  image: 'registry.example:5000/team/web',
  folder: 'web',
};
const alone: BuiltService = {
  dockerfile: 'file:///w/tools/Dockerfile',
  target: undefined,
  args: new Map(),
  service: undefined,
  project: undefined,
  image: undefined,
  workingDir: undefined,
  folder: 'Tools',
};
const services = [api, web, alone];

interface Case {
  readonly title: string;
  readonly tags?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly is: string | undefined;
}

const cases: readonly Case[] = [
  { title: 'The name that Compose gives', tags: ['shop-api:latest'], is: api.dockerfile },
  { title: 'The name that older versions of Compose gave', tags: ['shop_api:latest'], is: api.dockerfile },
  {
    title: "The service's own image name",
    tags: ['registry.example:5000/team/web:latest'],
    is: web.dockerfile,
  },
  {
    title: "The service's image name with another tag",
    tags: ['registry.example:5000/team/web:2'],
    is: undefined,
  },
  { title: "Podman's name for an image of its own", tags: ['localhost/shop-api:latest'], is: api.dockerfile },
  { title: 'The name of the folder', tags: ['tools:dev'], is: alone.dockerfile },
  { title: 'A name that only begins like it', tags: ['toolsmith:latest'], is: undefined },
  { title: 'A name of somebody else', tags: ['python:3.12-slim'], is: undefined },
  { title: 'An image without a name', tags: [], is: undefined },
  {
    title: 'The labels of Compose, whatever the image is called',
    tags: ['anything:1'],
    labels: {
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'com.docker.compose.project.working_dir': '/w/shop',
    },
    is: web.dockerfile,
  },
  {
    title: 'The labels of a project of the same name in another folder',
    tags: ['anything:1'],
    labels: {
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'com.docker.compose.project.working_dir': '/elsewhere/shop',
    },
    is: undefined,
  },
  {
    title: 'The labels of a project without its folder',
    labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'api' },
    is: api.dockerfile,
  },
];

describe('Which images belong to the workspace', () => {
  for (const { title, tags = [], labels = {}, is } of cases) {
    it(`${title}: ${is ?? 'none of ours'}`, () => {
      assert.equal(builderOf({ tags, labels }, services)?.dockerfile, is);
    });
  }

  it('A label says more than a name', () => {
    const image = {
      tags: ['tools:latest'],
      labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'api' },
    };
    assert.equal(builderOf(image, services)?.dockerfile, api.dockerfile);
  });
});
