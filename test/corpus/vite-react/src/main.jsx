import { createRoot } from 'react-dom/client';

createRoot(document.getElementById('root')).render(<h1>{import.meta.env.VITE_TITLE}</h1>);
