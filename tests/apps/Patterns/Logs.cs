using Microsoft.Extensions.Logging;

namespace Patterns;

static partial class Logs
{
    [LoggerMessage(1, LogLevel.Information, "Asked for the approval of {Document}")]
    public static partial void LogAsked(this ILogger logger, string document);
}
