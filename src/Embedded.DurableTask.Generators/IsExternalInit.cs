namespace System.Runtime.CompilerServices;

/// <summary>What the compiler needs for records, and .NET Standard 2.0 lacks.</summary>
static class IsExternalInit;
