using System.Text.Json.Nodes;
using Grimoire.Casts;

namespace Grimoire.Functions.Tools;

/// <summary>Inside a runner: what it was doing cannot go on, and this is why. It never leaves <see cref="ToolRunners"/>.</summary>
sealed class ToolFailedException(Failure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    public Failure Failure { get; } = failure;

    public static ToolFailedException Permanent(
        string code, string message, JsonObject? details = null, Phase phase = Phase.Execute, Exception? inner = null) =>
        new(new Failure { Code = code, Message = message, Phase = phase, Transient = false, Details = details }, inner);

    public static ToolFailedException Transient(
        string code, string message, JsonObject? details = null, Phase phase = Phase.Execute, Exception? inner = null) =>
        new(new Failure { Code = code, Message = message, Phase = phase, Transient = true, Details = details }, inner);
}
