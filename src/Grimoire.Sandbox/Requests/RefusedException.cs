namespace Grimoire.Sandbox.Requests;

/// <summary>A request that is answered with an error. Every error of the sandbox has the shape of OpenAI's.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What is wrong, for a person.</param>
/// <param name="code">What is wrong, for a program.</param>
/// <param name="param">The member of the request that is wrong.</param>
/// <param name="type">OpenAI's kind of error.</param>
sealed class RefusedException(int status, string message, string code, string? param = null, string type = "invalid_request_error") : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public string? Param => param;

    public string Type => type;

    /// <summary>When to come again, in seconds.</summary>
    public int? RetryAfter { get; init; }
}
