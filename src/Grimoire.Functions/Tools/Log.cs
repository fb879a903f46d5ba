using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Tools;

/// <summary>What the tool runners log. Texts are without secrets when they come here.</summary>
static partial class Log
{
    [LoggerMessage(EventId = 4301, Level = LogLevel.Error, Message = "The runner of tool {Tool} broke down in cast {CastId}, step {Step}, attempt {Attempt}: {Exception}")]
    public static partial void Crashed(ILogger logger, string tool, string castId, string step, int attempt, string exception);

    [LoggerMessage(EventId = 4302, Level = LogLevel.Warning, Message = "A call of tool {Tool} failed after its attempt was over: {Exception}")]
    public static partial void CrashedLate(ILogger logger, string tool, string exception);
}
