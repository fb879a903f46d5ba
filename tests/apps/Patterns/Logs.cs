using Microsoft.Extensions.Logging;

namespace Patterns;

static partial class Logs
{
    [LoggerMessage(1, LogLevel.Information, "Asked for the approval of {Document}")]
    public static partial void LogAsked(this ILogger logger, string document);

    [LoggerMessage(2, LogLevel.Information, "Slow for {Seconds} s")]
    public static partial void LogSlow(this ILogger logger, int seconds);
}
