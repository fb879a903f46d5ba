namespace Grimoire.Webhooks;

/// <summary>
/// The value of a request's header, null if it is not there. The case of <paramref name="name"/> does not matter.
/// Values of a header that was sent more than once are joined by ", ", as HTTP has it.
/// </summary>
public delegate string? HeaderLookup(string name);
