/** A theme as VS Code gives it to a webview: classes of the body and variables of the root element. */
export interface Theme {
  readonly classes: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

const fonts = {
  'font-family': 'system-ui, Ubuntu, "Droid Sans", sans-serif',
  'font-size': '13px',
  'font-weight': 'normal',
};

/** The colours of VS Code's own default themes. */
export const themes = {
  dark: {
    classes: ['vscode-dark'],
    variables: {
      ...fonts,
      foreground: '#cccccc',
      'sideBar-background': '#181818',
      'sideBar-foreground': '#cccccc',
      descriptionForeground: '#9d9d9d',
      focusBorder: '#0078d4',
      'icon-foreground': '#cccccc',
      'charts-blue': '#59a4f9',
      'charts-green': '#89d185',
      'charts-red': '#f14c4c',
      'button-background': '#0078d4',
      'button-foreground': '#ffffff',
      'editorLineNumber-foreground': '#6e7681',
      'editorLineNumber-activeForeground': '#cccccc',
      'list-hoverBackground': '#2a2d2e',
      'list-focusOutline': '#0078d4',
      'textLink-foreground': '#4daafc',
      'textLink-activeForeground': '#4daafc',
      'progressBar-background': '#0078d4',
    },
  },
  light: {
    classes: ['vscode-light'],
    variables: {
      ...fonts,
      foreground: '#3b3b3b',
      'sideBar-background': '#f8f8f8',
      'sideBar-foreground': '#3b3b3b',
      descriptionForeground: '#3b3b3b',
      focusBorder: '#005fb8',
      'icon-foreground': '#3b3b3b',
      'charts-blue': '#0063d3',
      'charts-green': '#388a34',
      'charts-red': '#e51400',
      'button-background': '#005fb8',
      'button-foreground': '#ffffff',
      'editorLineNumber-foreground': '#6e7681',
      'editorLineNumber-activeForeground': '#171184',
      'list-hoverBackground': '#f2f2f2',
      'list-focusOutline': '#005fb8',
      'textLink-foreground': '#005fb8',
      'textLink-activeForeground': '#005fb8',
      'progressBar-background': '#005fb8',
    },
  },
  'high-contrast': {
    classes: ['vscode-high-contrast'],
    variables: {
      ...fonts,
      foreground: '#ffffff',
      'sideBar-background': '#000000',
      'sideBar-foreground': '#ffffff',
      descriptionForeground: 'rgba(255, 255, 255, 0.7)',
      contrastBorder: '#6fc3df',
      contrastActiveBorder: '#f38518',
      focusBorder: '#f38518',
      'icon-foreground': '#ffffff',
      'charts-blue': '#59a4f9',
      'charts-green': '#89d185',
      'charts-red': '#f14c4c',
      'button-foreground': '#ffffff',
      'editorLineNumber-foreground': '#ffffff',
      'editorLineNumber-activeForeground': '#f38518',
      'list-hoverBackground': 'rgba(255, 255, 255, 0.1)',
      'list-focusOutline': '#f38518',
      'textLink-foreground': '#21a6ff',
      'textLink-activeForeground': '#21a6ff',
      'progressBar-background': '#6fc3df',
    },
  },
} satisfies Record<string, Theme>;

export type ThemeName = keyof typeof themes;
