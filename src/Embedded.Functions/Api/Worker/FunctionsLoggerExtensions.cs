using System.Collections.ObjectModel;

namespace Microsoft.Extensions.Logging;

/// <summary>Metrics as log entries.</summary>
public static class FunctionsLoggerExtensions
{
    static readonly EventId MetricEvent = new(1, "MS_LogMetric");

    /// <summary>
    /// Logs a metric as an entry of level information without a text: its fields are <c>Name</c>, <c>Value</c> and the properties.
    /// </summary>
    public static void LogMetric(this ILogger logger, string name, double value, IDictionary<string, object>? properties = null)
    {
        var fields = properties is null ? [] : new Dictionary<string, object>(properties);
        fields["Name"] = name;
        fields["Value"] = value;

        // Log providers look for exactly this type of state, an IDictionary, to tell a metric from a text.
        IDictionary<string, object> state = new ReadOnlyDictionary<string, object>(fields);
        logger?.Log(LogLevel.Information, MetricEvent, state, exception: null, (_, _) => string.Empty);
    }
}
