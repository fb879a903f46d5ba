using System.Globalization;

namespace Grimoire.Expressions;

/// <summary>A number: exact (decimal) wherever that holds it, else a double. Never NaN, never infinite.</summary>
readonly struct Number : IEquatable<Number>
{
    readonly decimal _exact;
    readonly double _wide;
    readonly bool _isWide;

    Number(decimal exact) => _exact = exact;

    Number(double wide) => (_wide, _isWide) = (wide, true);

    double AsDouble => _isWide ? _wide : (double)_exact;

    public static Number Of(long value) => new((decimal)value);

    public static Number? Of(double value) => double.IsFinite(value) ? Parse(value.ToString("R", CultureInfo.InvariantCulture)) : null;

    /// <summary>The text of a JSON number; null if it is too large.</summary>
    public static Number? Parse(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var wide) || !double.IsFinite(wide))
        {
            return null;
        }

        // Decimals swallow what is too small for them: 1e-40 would be 0.
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && AreClose((double)exact, wide)
            ? new Number(Normalized(exact))
            : new Number(wide);
    }

    public static Number? Add(Number a, Number b) => Calculate(a, b, decimal.Add, static (x, y) => x + y, zeroIsExact: true);

    public static Number? Subtract(Number a, Number b) => Calculate(a, b, decimal.Subtract, static (x, y) => x - y, zeroIsExact: true);

    public static Number? Multiply(Number a, Number b) => Calculate(a, b, decimal.Multiply, static (x, y) => x * y, zeroIsExact: a.IsZero || b.IsZero);

    /// <param name="b">Not zero.</param>
    public static Number? Divide(Number a, Number b) => Calculate(a, b, decimal.Divide, static (x, y) => x / y, zeroIsExact: a.IsZero);

    /// <param name="b">Not zero.</param>
    public static Number? Remainder(Number a, Number b) => Calculate(a, b, decimal.Remainder, static (x, y) => x % y, zeroIsExact: true);

    public bool IsZero => _isWide ? _wide == 0 : _exact == 0;

    public Number Negated => _isWide ? new Number(-_wide) : new Number(_exact == 0 ? 0 : -_exact);

    public Number Absolute => CompareTo(Of(0)) < 0 ? Negated : this;

    public Number Floor => _isWide ? Rounded(Math.Floor(_wide)) : new Number(Normalized(decimal.Floor(_exact)));

    public Number Ceiling => _isWide ? Rounded(Math.Ceiling(_wide)) : new Number(Normalized(decimal.Ceiling(_exact)));

    /// <param name="digits">0 to 28.</param>
    public Number Round(int digits) => _isWide
        ? Math.Abs(_wide) < 1 ? Of(0) : this
        : new Number(Normalized(decimal.Round(_exact, digits, MidpointRounding.AwayFromZero)));

    public bool TryGetInteger(out int value)
    {
        var fits = !_isWide && decimal.IsInteger(_exact) && _exact is >= int.MinValue and <= int.MaxValue;
        value = fits ? (int)_exact : 0;
        return fits;
    }

    public int CompareTo(Number other) =>
        _isWide || other._isWide ? AsDouble.CompareTo(other.AsDouble) : _exact.CompareTo(other._exact);

    public bool Equals(Number other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => obj is Number other && Equals(other);

    public override int GetHashCode() => AsDouble.GetHashCode();

    /// <summary>As JSON writes it.</summary>
    public override string ToString() =>
        _isWide ? _wide.ToString("R", CultureInfo.InvariantCulture) : _exact.ToString(CultureInfo.InvariantCulture);

    static Number? Calculate(
        Number a, Number b, Func<decimal, decimal, decimal> exactly, Func<double, double, double> widely, bool zeroIsExact)
    {
        if (!a._isWide && !b._isWide)
        {
            try
            {
                var result = exactly(a._exact, b._exact);
                // A zero may also be what is left of a product that is too small for a decimal.
                if (result != 0 || zeroIsExact)
                {
                    return new Number(Normalized(result));
                }
            }
            catch (OverflowException)
            {
                // Too large for a decimal: the double below holds it, or is infinite and therefore an error.
            }
        }

        return Of(widely(a.AsDouble, b.AsDouble));
    }

    static Number Rounded(double whole) => Of(whole) ?? new Number(whole);

    static bool AreClose(double a, double b) => a == b || Math.Abs(a - b) <= Math.Abs(b) * 1e-14;

    // 3.0 becomes 3, and a negative zero becomes zero.
    static decimal Normalized(decimal value) => value == 0 ? 0 : value.Scale == 0 ? value : value / 1.0000000000000000000000000000m;
}
