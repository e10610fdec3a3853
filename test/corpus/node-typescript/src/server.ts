import express from 'express';
import { z } from 'zod';

const Order = z.object({ article: z.string(), pieces: z.number().int().positive() });
const app = express();
app.use(express.json());

app.get('/health', (_request, response) => {
  response.json({ status: 'ok' });
});

app.post('/orders', (request, response) => {
  const order = Order.safeParse(request.body);
  response.status(order.success ? 201 : 400).json(order);
});

app.listen(8000);
