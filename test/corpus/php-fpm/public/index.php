<?php

declare(strict_types=1);

// 25 factorial has more digits than an integer holds.
$number = gmp_strval(gmp_fact(25));
if ($number !== '15511210043330985984000000') {
    fwrite(STDERR, "counted {$number}\n");
    exit(1);
}
// No server is there: what counts is that the library of PostgreSQL answers.
$connection = @pg_connect('host=127.0.0.1 port=1 connect_timeout=1');
if ($connection !== false) {
    exit(1);
}
echo bcadd($number, '1'), "\n";
