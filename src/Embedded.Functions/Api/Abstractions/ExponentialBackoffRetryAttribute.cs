using System.Globalization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Retries a function after delays that grow from a minimum to a maximum.</summary>
public sealed class ExponentialBackoffRetryAttribute : RetryAttribute
{
    /// <param name="maxRetryCount">How often it is retried; -1 is without end.</param>
    /// <param name="minimumInterval">The first delay as <c>HH:mm:ss</c>.</param>
    /// <param name="maximumInterval">The longest delay as <c>HH:mm:ss</c>.</param>
    public ExponentialBackoffRetryAttribute(int maxRetryCount, string minimumInterval, string maximumInterval)
    {
        var minimum = Parse(minimumInterval, nameof(minimumInterval));
        var maximum = Parse(maximumInterval, nameof(maximumInterval));
        RefuseNegative(minimum, nameof(minimumInterval));
        RefuseNegative(maximum, nameof(maximumInterval));
        if (minimum > maximum)
        {
            throw new ArgumentException(
                "The minimumInterval must not be greater than the maximumInterval.", nameof(minimumInterval));
        }

        MaxRetryCount = maxRetryCount;
        MinimumInterval = minimumInterval;
        MaximumInterval = maximumInterval;
    }

    public string MinimumInterval { get; }

    public string MaximumInterval { get; }

    static TimeSpan Parse(string text, string parameter) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval)
            ? interval
            : throw new ArgumentOutOfRangeException(parameter);

    static void RefuseNegative(TimeSpan interval, string parameter)
    {
        if (interval < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(parameter, "The TimeSpan must not be negative.");
        }
    }
}
