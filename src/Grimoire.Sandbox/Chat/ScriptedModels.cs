using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Chat;

/// <summary>Models that misbehave in the way that their name says. Any other name is a model that answers well.</summary>
static class ScriptedModels
{
    /// <summary>Its first answer is broken JSON; asked again in the same conversation, it gives the whole of it.</summary>
    public const string Repair = "sandbox-repair";

    /// <summary>Never answers JSON.</summary>
    public const string Garbage = "sandbox-garbage";

    /// <summary>Answers JSON, but never of the shape that was asked for.</summary>
    public const string Mismatch = "sandbox-mismatch";

    /// <summary>Has always too much to do.</summary>
    public const string Overloaded = "sandbox-overloaded";

    const string Missing = "missing-";

    public static IReadOnlyList<string> Listed { get; } = ["sandbox-small", "sandbox-large", Repair, Garbage, Mismatch, Overloaded];

    /// <exception cref="RefusedException">There is no such model.</exception>
    public static void CheckExists(string model)
    {
        if (model.StartsWith(Missing, StringComparison.Ordinal))
        {
            throw new RefusedException(404, $"The model '{model}' does not exist or you do not have access to it.", "model_not_found", "model");
        }
    }

    public static void CheckReady(string model)
    {
        if (model == Overloaded)
        {
            string message = $"The model '{model}' is overloaded: come again later.";
            throw new RefusedException(429, message, "rate_limit_exceeded", type: "requests") { RetryAfter = 1 };
        }
    }
}
