/* Kernels that benchmarks are held against; see native.py. */
#include <math.h>
#include <stddef.h>
#include <string.h>
#if defined(__AVX512F__) || defined(__AVX__) || defined(__SSE2__)
#include <immintrin.h>
#endif

/* One full-width store past the cache; TARGET must begin at a multiple of its width. */
#if defined(__AVX512F__)
#define WIDTH 8
#define STORE(target, source) _mm512_stream_pd(target, _mm512_loadu_pd(source))
#define FENCE() _mm_sfence()
#elif defined(__AVX__)
#define WIDTH 4
#define STORE(target, source) _mm256_stream_pd(target, _mm256_loadu_pd(source))
#define FENCE() _mm_sfence()
#elif defined(__SSE2__)
#define WIDTH 2
#define STORE(target, source) _mm_stream_pd(target, _mm_loadu_pd(source))
#define FENCE() _mm_sfence()
#else
#define WIDTH 1
#define STORE(target, source) (*(target) = *(source))
#define FENCE()
#endif

#define TILE 128      /* points whose outcomes are computed in the cache before they are written */
#define OUTCOMES 8    /* x, q, price, output, unit_cost, profit, consumer_surplus, welfare */
#define REGIMES 3     /* competition, cartel, rjv-cartel */

int store_bits(void) { return WIDTH > 1 ? 64 * WIDTH : 0; }

void fill(double *target, size_t number, double value)
{
    double values[8] = {value, value, value, value, value, value, value, value};
    size_t i = 0;
    for (; i + WIDTH <= number; i += WIDTH) STORE(target + i, values);
    for (; i < number; i++) target[i] = value;
    FENCE();
}

static void copy(double *target, const double *source, size_t number)
{
    size_t i = 0;
    while (i < number && ((size_t)(target + i) / sizeof(double)) % WIDTH) { target[i] = source[i]; i++; }
    for (; i + WIDTH <= number; i += WIDTH) STORE(target + i, source + i);
    for (; i < number; i++) target[i] = source[i];
}

/* The outcomes of one regime at one point, given R&D x, effective R&D per unit of x, and whether the point is valid so far. */
#define OUTCOMES_OF(regime, x, k, second_order)                                              \
    do {                                                                                     \
        double level = (x), lowered = (k) * level, q = (T + lowered) * per_output;           \
        double output = n * q, price = a - b * output, cost = c - lowered;                   \
        double profit = (price - cost) * q - half_gamma * level * level;                     \
        double surplus = half_b * output * output;                                           \
        int valid = (second_order) && level > 0 && q > 0 && profit >= 0 && cost >= 0 && price >= 0 && T > 0; \
        double missing = NAN;                                                                \
        tile[regime][0][i] = valid ? level : missing;                                        \
        tile[regime][1][i] = valid ? q : missing;                                            \
        tile[regime][2][i] = valid ? price : missing;                                        \
        tile[regime][3][i] = valid ? output : missing;                                       \
        tile[regime][4][i] = valid ? cost : missing;                                         \
        tile[regime][5][i] = valid ? profit : missing;                                       \
        tile[regime][6][i] = valid ? surplus : missing;                                      \
        tile[regime][7][i] = valid ? surplus + n * profit : missing;                         \
    } while (0)

/* n firms, d'Aspremont and Jacquemin: lines FIRST to LAST of the mesh n x gamma x beta, 24 arrays of STRIDE points. */
void sweep(double a, double b, double c, const double *ns, const double *gammas, size_t gamma_number,
           const double *betas, size_t beta_number, size_t first, size_t last, double *out, size_t stride)
{
    static _Thread_local double tile[REGIMES][OUTCOMES][TILE];
    const double T = a - c, half_b = b / 2;
    for (size_t line = first; line < last; line++) {
        const double n = ns[line / gamma_number], gamma = gammas[line % gamma_number];
        const double half_gamma = gamma / 2, D = b * gamma * (n + 1) * (n + 1), per_output = 1 / (b * (n + 1));
        const double shared = 2 * T * n / (D - 2 * n * n);
        const int shared_holds = D > 2 * n * n;
        for (size_t start = 0; start < beta_number; start += TILE) {
            const size_t number = beta_number - start < TILE ? beta_number - start : TILE;
            for (size_t i = 0; i < number; i++) {
                const double beta = betas[start + i], spilled = beta * (n - 1), k = 1 + spilled, s = n - spilled;
                const double alone = 1 - beta;
                const int stable = n == 1 || b * gamma * (n + 1) > 2 * s * alone;
                const int equal = n == 1 || b * gamma > 2 * alone * alone;
                OUTCOMES_OF(0, 2 * T * s / (D - 2 * k * s), k, D > 2 * s * s && D > 2 * k * s && stable);
                OUTCOMES_OF(1, 2 * T * k / (D - 2 * k * k), k, D > 2 * k * k && equal);
                OUTCOMES_OF(2, shared, n, shared_holds);
            }
            for (int regime = 0; regime < REGIMES; regime++)
                for (int outcome = 0; outcome < OUTCOMES; outcome++)
                    copy(out + (regime * OUTCOMES + outcome) * stride + line * beta_number + start,
                         tile[regime][outcome], number);
        }
    }
    FENCE();
}
