<?php

declare(strict_types=1);

require __DIR__ . '/../vendor/autoload.php';

use Shop\Greeting\Greeting;
use Shop\Prices\Prices;

$price = Prices::inEuros(12.5);
header('Content-Type: application/json');
echo json_encode(['title' => Greeting::of('Lima'), 'price' => $price, 'bytes' => Prices::archived($price)]);
