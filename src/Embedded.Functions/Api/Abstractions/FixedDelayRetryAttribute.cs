using System.Globalization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Retries a function after the same delay each time.</summary>
public sealed class FixedDelayRetryAttribute : RetryAttribute
{
    /// <param name="maxRetryCount">How often it is retried; -1 is without end.</param>
    /// <param name="delayInterval">The delay as <c>HH:mm:ss</c>.</param>
    public FixedDelayRetryAttribute(int maxRetryCount, string delayInterval)
    {
        if (!TimeSpan.TryParse(delayInterval, CultureInfo.InvariantCulture, out var delay))
        {
            throw new ArgumentOutOfRangeException(nameof(delayInterval));
        }

        if (delay < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(delayInterval), "The TimeSpan must not be negative.");
        }

        MaxRetryCount = maxRetryCount;
        DelayInterval = delayInterval;
    }

    public string DelayInterval { get; }
}
