namespace Grimoire.Webhooks;

/// <summary>A secret cannot be a key. The message says which one and why, never what it is.</summary>
public sealed class UnusableSecretException(string message) : Exception(message);
